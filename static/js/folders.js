/* The tree of folders beside a list, <ul class="folders" data-tree="ID OF ITS HEADING">, by keys: it becomes one
   stop of Tab, and a tree to who hears it. Its folders stay links, and what they hold stays in <details>.

   Up, Down     the folder before and after, of those that are seen
   Right        opens the folder, then goes to the first in it
   Left         closes it, then goes to the one that holds it
   Home, End    the first and the last
   Enter, Space follows the link */
"use strict";
(() => {
  const itemOf = (row) => row.querySelector(":scope > a");
  const branchOf = (item) => item.parentElement.querySelector(":scope > details");
  const holderOf = (item) => {
    const branch = item.closest("details");
    return branch && itemOf(branch.parentElement);
  };

  function describe(tree) {
    tree.setAttribute("role", "tree");
    tree.setAttribute("aria-labelledby", tree.dataset.tree);
    tree.querySelectorAll("ul").forEach((list) => list.setAttribute("role", "none"));
    tree.querySelectorAll("summary").forEach((sign) => {
      sign.tabIndex = -1;
      sign.setAttribute("aria-hidden", "true");
    });
    tree.querySelectorAll("li").forEach((row, number) => {
      row.setAttribute("role", "none");
      place(itemOf(row), row, number);
    });
  }

  function place(item, row, number) {
    const siblings = [...row.parentElement.children];
    const holder = holderOf(item);
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", holder ? Number(holder.getAttribute("aria-level")) + 1 : 1);
    item.setAttribute("aria-setsize", siblings.length);
    item.setAttribute("aria-posinset", siblings.indexOf(row) + 1);
    item.tabIndex = -1;
    const branch = branchOf(item);
    if (!branch) return;
    branch.id = `folder-${number}`;
    item.setAttribute("aria-owns", branch.id);
    item.setAttribute("aria-expanded", branch.open);
  }

  function enhance(tree) {
    const items = [...tree.querySelectorAll("a")];
    const seen = () => items.filter((item) => item.checkVisibility());
    describe(tree);
    let stop = tree.querySelector("a[aria-current]") || items[0];
    stop.tabIndex = 0;

    function stopAt(item) {
      stop.tabIndex = -1;
      stop = item;
      stop.tabIndex = 0;
    }

    function sideways(item, opens) {
      const branch = branchOf(item);
      if (branch && branch.open !== opens) branch.open = opens;
      else if (!opens) return holderOf(item);
      else if (branch) return itemOf(branch.querySelector("li"));
      return item;
    }

    function goal(item, key) {
      const all = seen();
      const at = all.indexOf(item);
      if (key === "ArrowDown") return all[at + 1];
      if (key === "ArrowUp") return all[at - 1];
      if (key === "Home") return all[0];
      if (key === "End") return all.at(-1);
      return sideways(item, key === "ArrowRight");
    }

    tree.addEventListener("focusin", (event) => {
      if (items.includes(event.target)) stopAt(event.target);
    });

    tree.addEventListener("keydown", (event) => {
      const item = event.target.closest("a");
      if (!item || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.key === " ") item.click();
      else if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) goal(item, event.key)?.focus();
      else return;
      event.preventDefault();
    });

    // It does not bubble. What is hidden by it cannot stay the stop, nor keep the focus.
    tree.addEventListener("toggle", (event) => {
      const item = itemOf(event.target.parentElement);
      item.setAttribute("aria-expanded", event.target.open);
      if (event.target.open || !event.target.contains(stop)) return;
      const focused = stop === document.activeElement;
      stopAt(item);
      if (focused) item.focus();
    }, true);
  }

  document.querySelectorAll("[data-tree]").forEach(enhance);
})();
