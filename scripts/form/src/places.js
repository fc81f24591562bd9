/* The lists that one finds by typing: countries, languages, time zones. Names come with the page. */

/** Countries as options: the English name, and the country's own beside it. */
export function countries(settings) {
  return settings.countries.map(([value, label, own]) => ({ value, label, note: own, words: value }));
}

/** Languages as options. */
export function languages(settings) {
  return settings.languages.map(([value, label, own]) => ({ value, label, note: own, words: "" }));
}

/** Time zones as options: city and country, with what the clock there says as difference from UTC. */
export function zones(settings, now) {
  const names = new Map(settings.countries.map(([code, name]) => [code, name]));
  return settings.zones
    .map(([value, city, country]) => {
      const where = names.get(country) ?? "";
      const ahead = difference(value, now);
      return { value, label: where ? `${city}, ${where}` : city, note: ahead, words: value.replace(/[/_]/g, " ") };
    })
    .filter(({ note }) => note !== ""); // a browser that does not know the zone could not show its time
}

/** The difference from UTC, such as "UTC+05:30"; "" when the browser does not know the zone. */
export function difference(zone, now) {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(now);
    const name = parts.find(({ type }) => type === "timeZoneName").value;
    return name === "GMT" ? "UTC" : name.replace("GMT", "UTC");
  } catch {
    return "";
  }
}
