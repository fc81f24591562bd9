/* Whether the round takes applications now, and its dates in words. The moments come from the round's calendar. */

/** "early", "members", "everyone" or "closed". */
export function phase(settings, now) {
  if (settings.closed || now >= new Date(settings.closes)) return "closed";
  if (now >= new Date(settings.everyone)) return "everyone";
  return now >= new Date(settings.opens) ? "members" : "early";
}

/** A clock: the computer's own, or in a demonstration one that starts at a pretended moment. */
export function clock(settings) {
  if (!settings.sample || !settings.pretend_now) return () => new Date();
  const start = new Date(settings.pretend_now).getTime();
  return () => new Date(start + performance.now());
}

/** A moment as people read it, in a zone; without a zone, the reader's own. Always with the zone's name. */
export function words(moment, zone) {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    ...(zone ? { timeZone: zone } : {}),
  }).format(moment);
}

/** The time of the day in a zone, such as "14:05". */
export function timeIn(zone, now) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(now);
}

/** The reader's own zone by its IANA name, or nothing when the browser does not say. */
export function ownZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
