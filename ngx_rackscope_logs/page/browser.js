// SPDX-License-Identifier: BSD-2-Clause

// What the page needs of the browser apart from the document: the settings,
// which are stored, the token, the clipboard, and files to download.

const SETTINGS_KEY = "rackscope.logs.page";

function stored(key) {
    try {
        return localStorage.getItem(key);
    } catch {
        // the browser does not allow storage here
        return null;
    }
}

export function readSettings() {
    const settings = {
        wrap: true, fold: true, theme: "", time: "local", keys: true,
        colours: true,
    };

    try {
        return Object.assign(settings, JSON.parse(stored(SETTINGS_KEY)));
    } catch {
        return settings;
    }
}

export function saveSettings(settings) {
    try {
        localStorage.setItem(SETTINGS_KEY, JSON.stringify(settings));
    } catch {
        // they are lost when the page is closed
    }
}

// The APIs that the page may read, in lines of a path and perhaps a name. Without
// one the path is the name.

function listApis(text) {
    return text.split("\n").map((line) => {
        const [path, ...words] = line.split(" ");

        return { path, name: words.join(" ") || path };
    });
}

// The API that the address of the page names, or else the first one, and the
// header that it requires. The token is read for each request, because the
// application may have renewed it. It is sent only to the origin of the page.

export function readApi({ dataset }, location) {
    const apis = listApis(dataset.api ?? "/api/logs");
    const wanted = new URLSearchParams(location.search).get("zone");
    const chosen = apis.find(({ name }) => name === wanted) ?? apis[0];
    const api = new URL(chosen.path, location);
    const key = dataset.tokenKey;

    return {
        address: api.href,
        name: chosen.name,
        names: apis.map(({ name }) => name),
        wanted,
        key,
        headers: () => {
            const token = key && api.origin === location.origin
                ? cleanToken(stored(key)) : "";

            return token ? { Authorization: `Bearer ${token}` } : {};
        },
    };
}

// The address of the page that reads the API of this name, without the line that
// it linked to. The first API is read without being named.

export function apiAddress({ names }, name, { pathname, search }) {
    const query = new URLSearchParams(search);

    query.delete("zone");

    if (name !== names[0]) {
        query.set("zone", name);
    }

    return pathname + (query.size ? `?${query}` : "");
}

// The address of the page on which one signs in, with the way back behind it.
// The way back is a path: what begins with "//" would be another host.

export function signInAddress(signin, { pathname, search, hash }) {
    const back = encodeURIComponent(pathname.replace(/^\/+/, "/")
        + search + hash);

    if (signin.endsWith("=")) {
        return signin + back;
    }

    return `${signin}${signin.includes("?") ? "&" : "?"}next=${back}`;
}

// Some applications store the token as a JSON string. Text that a header cannot
// contain is not a token.

export function cleanToken(text) {
    let token = text?.trim() ?? "";

    if (/^".*"$/.test(token)) {
        try {
            token = JSON.parse(token);
        } catch {
            return "";
        }
    }

    return /^[\x21-\x7e]+$/.test(token) ? token : "";
}

// Without TLS there is no navigator.clipboard.

export async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copyOldWay(text);
    }
}

function copyOldWay(text) {
    const focused = document.activeElement;
    const box = document.createElement("textarea");

    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();

    const copied = document.execCommand("copy");

    box.remove();
    focused?.focus({ preventScroll: true });
    return copied;
}

export function download(name, text) {
    const link = document.createElement("a");
    const url = URL.createObjectURL(new Blob([text],
        { type: "application/octet-stream" }));

    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}
