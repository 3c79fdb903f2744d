// SPDX-License-Identifier: BSD-2-Clause

// All elements of the document that have an id: ui.search is the one whose id
// is "search".

export const ui = Object.fromEntries([...document.querySelectorAll("[id]")]
    .map((element) => [element.id, element]));
