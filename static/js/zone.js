/* Tells the server the browser's time zone, which times are shown in unless the reader chose another. */
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || !/^[\w+/-]+$/.test(zone) || document.cookie.split("; ").includes(`browser_zone=${zone}`)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `browser_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
})();
