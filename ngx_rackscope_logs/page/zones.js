// SPDX-License-Identifier: BSD-2-Clause

// The heading of the page and, if there are several APIs, the choice among them.
// The address of the page says which one is chosen.

import { apiAddress, readApi } from "./browser.js";
import { ui } from "./dom.js";
import { make } from "./row.js";

const root = document.documentElement;

function showTitle({ name, names }) {
    const title = ui.heading.textContent;

    document.title = names.length > 1 ? `${name} · ${title}` : title;
}

// Reads the API that the address of the page names now.

function readZone(page, select) {
    const api = readApi(root, location);

    select.value = api.name;

    if (api.name !== page.api.name) {
        page.api = api;
        showTitle(api);
        page.restart();
    }

    if (api.wanted === null || api.wanted === api.name) {
        page.problems.end("zone");
    } else {
        page.problems.tell("zone", `There is no "${api.wanted}" here. `
            + `These are the logs of "${api.name}".`);
    }
}

export function setUpZones(page) {
    const { api } = page;

    ui.heading.textContent = root.dataset.title || ui.heading.textContent;
    showTitle(api);

    if (api.names.length < 2) {
        return;
    }

    const select = make("select");

    select.setAttribute("aria-label", "Zone");
    select.append(...api.names.map((name) => new Option(name)));
    ui.heading.after(select);

    select.addEventListener("change", () => {
        history.pushState(null, "", apiAddress(api, select.value, location));
        readZone(page, select);
    });
    addEventListener("popstate", () => readZone(page, select));
    readZone(page, select);
}
