/** Why the scoreboard cannot be made; the message says of which implementation, what is wrong, and what to do. */
export class ScoreboardError extends Error {
  override readonly name = 'ScoreboardError';
}
