package taskapi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Reads the body of a request: the members of a task that a client may set. */
public final class TaskBody {
  private static final int MAX_BYTES = 64 * 1024;
  private static final Set<String> MEMBERS = Set.of("title", "description", "completed");

  /** The framework's reader of JSON; throws whatever it likes where the text is no object. */
  @FunctionalInterface
  public interface JsonReader {
    Map<String, Object> read(String json) throws Exception;
  }

  private TaskBody() {}

  public static Map<String, Object> forCreate(String type, String encoding, InputStream body, JsonReader reader)
      throws IOException {
    var members = forUpdate(type, encoding, body, reader);
    if (!members.containsKey("title")) throw Failure.invalid("title: is missing");
    return members;
  }

  public static Map<String, Object> forUpdate(String type, String encoding, InputStream body, JsonReader reader)
      throws IOException {
    if (type == null || !type.matches("(?i)application/json\\s*(;\\s*charset=\"?utf-8\"?\\s*)?")) {
      throw Failure.unsupported();
    }
    if (encoding != null) throw Failure.unsupported();
    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) throw Failure.tooLarge();
    return checked(parse(text(bytes), reader));
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException error) {
      throw Failure.unsupported();
    }
  }

  private static Map<String, Object> parse(String json, JsonReader reader) {
    Map<String, Object> members = null;
    try {
      members = reader.read(json);
    } catch (Exception error) {
      // The same answer as for JSON that is no object.
    }
    if (members == null) throw Failure.invalid("The body must be a JSON object");
    return members;
  }

  private static Map<String, Object> checked(Map<String, Object> members) {
    if (members.isEmpty()) throw Failure.invalid("The body has no member");
    if (!MEMBERS.containsAll(members.keySet())) throw Failure.invalid("The body has an unknown member");
    if (members.containsKey("title")) requireText("title", members.get("title"), 1, 200);
    if (members.get("description") != null) requireText("description", members.get("description"), 0, 2000);
    if (members.containsKey("completed") && !(members.get("completed") instanceof Boolean)) {
      throw Failure.invalid("completed: must be a boolean");
    }
    return members;
  }

  private static void requireText(String name, Object value, int least, int most) {
    if (value instanceof String text && isText(text, least, most)) return;
    throw Failure.invalid("%s: must be a string of %d to %d characters".formatted(name, least, most));
  }

  /** Lone surrogates, which JSON can escape, are no characters: they could not be sent back as UTF-8. */
  private static boolean isText(String text, int least, int most) {
    long length = text.codePoints().count();
    return length >= least
        && length <= most
        && text.codePoints().noneMatch(point -> point == 0 || (point >= 0xD800 && point <= 0xDFFF));
  }
}
