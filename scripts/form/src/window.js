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
  const [opens, everyone] = [new Date(settings.opens), new Date(settings.everyone)];
  const last = new Date(new Date(settings.closes).getTime() - 60_000); // people read 23:59 rightly, and 00:00 not
  const membersFirst = opens < everyone;
  const dates = membersFirst ? [["Members may apply from", opens]] : [];
  dates.push(["Everyone may apply from", everyone], ["The last minute to apply", last]);
  $("window").dataset.phase = current;
  $("window-title").textContent = TITLES[current];
  $("window-words").textContent = {
    early: "You can prepare your answers until then.",
    members: "If you are not a member, you can prepare your answers now, and send them when everyone may apply.",
    everyone: "Nothing is sent before you press the button at the end of the form.",
    closed: "You can still look at the status of your application, correct your name or your address, or withdraw it.",
  }[current];
  facts($("window-dates"), dates.map(([term, moment]) => [term, ...both(moment, settings.zone)]));
  $("window-zone").textContent = `The round’s time is that of ${settings.zone.replace(/_/g, " ")}.`;
  $("window").hidden = false;
  return current;
}

/** A moment in the round's zone and, when the reader's clock shows another time, in the reader's. */
function both(moment, zone) {
  const theirs = words(moment, zone);
  const own = words(moment);
  return ownZone() === zone || own === theirs ? [theirs] : [theirs, `Where you are: ${own}`];
}
