/* The card that says whether one can apply now, in the round's zone and in the reader's own time. */

import { ownZone, phase, words } from "./calendar.js";
import { $, facts } from "./page.js";

const TITLES = {
  early: "Applications are not open yet",
  members: "Members may apply now",
  everyone: "Everyone may apply now",
  closed: "Applications are closed",
};

/** Draw the card; the phase of now. */
export function showWindow(settings, now) {
  const current = phase(settings, now);
  const [opens, everyone, closes] = [settings.opens, settings.everyone, settings.closes].map((each) => new Date(each));
  const membersFirst = opens < everyone;
  $("window").dataset.phase = current;
  $("window-title").textContent = TITLES[current];
  $("window-words").textContent = {
    early: `${membersFirst ? "Members" : "Everyone"} may apply from ${both(opens, settings)}. You can prepare your answers until then.`,
    members: `Everyone else may apply from ${both(everyone, settings)}.`,
    everyone: `You can apply until ${both(closes, settings)}.`,
    closed: "You can still look at the status of your application, or withdraw it.",
  }[current];
  const dates = membersFirst ? [["Members from", opens]] : [];
  dates.push(["Everyone from", everyone], ["Closes", closes]);
  facts($("window-dates"), dates.map(([term, moment]) => [term, words(moment, settings.zone)]));
  $("window").hidden = false;
  return current;
}

/** A moment in the round's zone and, when the reader's clock shows another time, in the reader's. */
function both(moment, settings) {
  const theirs = words(moment, settings.zone);
  const own = words(moment);
  const same = ownZone() === settings.zone || own === theirs;
  return same ? theirs : `${theirs} (${own} where you are)`;
}
