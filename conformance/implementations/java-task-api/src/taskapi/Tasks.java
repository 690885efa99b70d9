package taskapi;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The tasks of every owner, in memory, in the order in which they were made. A task is its JSON object. */
public final class Tasks {
  private final Map<String, Map<String, Map<String, Object>>> owners = new HashMap<>();

  /** One page of tasks, newest first. Both parameters are those of the query, null where it has none. */
  public synchronized Map<String, Object> list(String owner, String limit, String cursor) {
    int most = limitOf(limit);
    var newestFirst = new ArrayList<>(of(owner).values());
    Collections.reverse(newestFirst);
    int start = cursor == null ? 0 : placeAfter(cursor, newestFirst);
    int end = Math.min(start + most, newestFirst.size());
    var page = new LinkedHashMap<String, Object>();
    page.put("items", List.copyOf(newestFirst.subList(start, end)));
    page.put("next_cursor", end < newestFirst.size() ? newestFirst.get(end - 1).get("id") : null);
    return page;
  }

  public synchronized Map<String, Object> create(String owner, Map<String, Object> members) {
    var task = new LinkedHashMap<String, Object>();
    task.put("id", UUID.randomUUID().toString());
    task.put("user_id", owner);
    task.put("title", null);
    task.put("description", null);
    task.put("completed", false);
    task.putAll(members);
    task.put("created_at", now());
    task.put("updated_at", task.get("created_at"));
    of(owner).put((String) task.get("id"), task);
    return task;
  }

  public synchronized Map<String, Object> get(String owner, String id) {
    var task = of(owner).get(id);
    if (task == null) throw Failure.notFound();
    return task;
  }

  public synchronized Map<String, Object> update(String owner, String id, Map<String, Object> members) {
    var task = new LinkedHashMap<>(get(owner, id));
    task.putAll(members);
    task.put("updated_at", now());
    of(owner).put(id, task);
    return task;
  }

  public synchronized void delete(String owner, String id) {
    get(owner, id);
    of(owner).remove(id);
  }

  private Map<String, Map<String, Object>> of(String owner) {
    return owners.computeIfAbsent(owner, key -> new LinkedHashMap<>());
  }

  private static int limitOf(String limit) {
    if (limit == null) return 20;
    if (!limit.matches("[1-9]\\d?|100")) throw Failure.invalid("limit: must be an integer from 1 to 100");
    return Integer.parseInt(limit);
  }

  private static int placeAfter(String cursor, List<Map<String, Object>> tasks) {
    for (int place = 0; place < tasks.size(); place++) {
      if (tasks.get(place).get("id").equals(cursor)) return place + 1;
    }
    throw Failure.invalid("cursor: must be the next_cursor of a page");
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
