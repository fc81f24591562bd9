/* What is wrong with an application: the schemas, compiled, and the rules that need the round.
 *
 * The form asks this module before it seals and sends; the tests ask the very same module. */

import { identity as identityIsRight, profile as profileIsRight, submission as submissionIsRight } from "schemas";
import { sentence } from "./sentences.js";

export { plainAddress } from "./address.js";

/** Everything wrong with a whole document and what was sealed into it: a list of {field, message}, one a field.
 *
 * `settings` is what the page knows of its round, `at` the moment (a Date) at which the application arrives.
 * Without an identity or settings, only the rest is judged. */
export function validate(document, identity, settings, at) {
  const found = shape(submissionIsRight, document, "");
  if (identity) found.push(...identityErrors(identity));
  if (settings && document?.profile) found.push(...rules(document.profile, settings, at));
  return first(found);
}

/** The same for what stands in the form, before anything is sealed. */
export function judge(profile, identity, settings, at) {
  return first([...profileErrors(profile), ...identityErrors(identity), ...rules(profile, settings, at)]);
}

function profileErrors(profile) {
  return shape(profileIsRight, profile, "profile");
}

function identityErrors(identity) {
  const found = shape(identityIsRight, identity, "identity");
  const seen = Array.isArray(identity?.partner_may_see) ? identity.partner_may_see : [];
  if (!seen.includes("name") || !seen.includes("email")) found.push(problem("identity.partner_may_see", "form"));
  return found;
}

/** What a schema finds, as fields and sentences. The library's own words are never shown. */
function shape(isRight, data, prefix) {
  if (isRight(data)) return [];
  return isRight.errors
    .filter((error) => error.keyword !== "if")
    .map(({ instancePath, keyword, params }) => {
      const key = params.missingProperty ?? params.additionalProperty;
      const steps = [prefix, ...instancePath.split("/").slice(1), key].filter((step) => step && !/^\d+$/.test(step));
      return problem(steps.join("."), keyword);
    });
}

/** The rules that `counterpart check` holds an application to, as far as a page can know. */
function* rules(profile, settings, at) {
  if (profile === null || typeof profile !== "object") return;
  const lists = {
    country: settings.countries.map(([code]) => code),
    sector: settings.sectors.map(({ id }) => id),
    career_stage: settings.career_stages.map(({ id }) => id),
  };
  for (const [key, known] of Object.entries(lists)) {
    if (profile[key] !== undefined && !known.includes(profile[key])) yield problem(`profile.${key}`, "unknown");
  }
  if (profile.time_zone !== undefined && !knowsZone(profile.time_zone, settings)) {
    yield problem("profile.time_zone", "unknown");
  }
  const languages = new Set(settings.languages.map(([code]) => code));
  if (!list(profile.languages).every((code) => languages.has(String(code).split("-")[0]))) {
    yield problem("profile.languages", "unknown");
  }
  const topics = new Set(settings.topics.map(({ id }) => id));
  if (!list(profile.interests).every((id) => topics.has(id))) yield problem("profile.interests", "unknown");
  if (profile.code_of_conduct !== undefined && profile.code_of_conduct !== settings.code_of_conduct) {
    yield problem("profile.code_of_conduct", "unknown");
  }
  if (at && profile.membership === "not-member" && at < new Date(settings.everyone)) {
    yield problem("profile.membership", "early");
  }
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

/** Whether a zone is one of the list, another name of one (browsers still say Asia/Calcutta), or of no place. */
function knowsZone(name, settings) {
  const listed = settings.zones.some(([zone]) => zone === name) || Object.hasOwn(settings.zone_links, name);
  return listed || settings.zones_of_no_place.includes(name);
}

function problem(field, keyword) {
  return { field, message: sentence(field, keyword) };
}

/** The first finding of each field. */
function first(found) {
  return found.filter(({ field }, index) => found.findIndex((each) => each.field === field) === index);
}
