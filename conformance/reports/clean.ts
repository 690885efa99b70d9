/** A target chooses some texts of a report, and none of them may move the cursor or colour the terminal. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
