// Adds the reader's own time to each moment of the page. Without this script the page shows UTC.
// Nothing is stored and nothing is sent.
(function () {
  "use strict";
  var zone = "";
  try {
    zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch (error) {
    return;
  }
  function show() {
    document.querySelectorAll("time.reader-zone:not([data-shown])").forEach(function (element) {
      var moment = new Date(element.getAttribute("datetime"));
      if (isNaN(moment)) return;
      element.setAttribute("data-shown", "");
      var words = new Intl.DateTimeFormat("en-GB", {
        weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
      }).format(moment);
      var own = document.createElement("span");
      own.className = "reader-zone__own";
      own.textContent = " For you: " + words + (zone ? " (" + zone.replace(/_/g, " ") + ")" : "") + ".";
      element.after(own);
    });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
})();
