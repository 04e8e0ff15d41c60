// Makes the two controls of mdBook that only a mouse can reach work with the keyboard as well: the
// button that shows the table of contents, and the arrows that unfold a chapter in it.
(() => {
    const asButton = (element, name) => {
        element.setAttribute('role', 'button');
        element.setAttribute('tabindex', '0');
        element.setAttribute('aria-label', name);
        element.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                element.click();
            }
        });
    };
    const toggle = document.getElementById('mdbook-sidebar-toggle');
    if (toggle) {
        asButton(toggle, 'Table of contents');
    }
    for (const arrow of document.querySelectorAll('.chapter-fold-toggle')) {
        const chapter = arrow.parentElement.querySelector('a[href]');
        asButton(arrow, `Pages of ${chapter ? chapter.textContent.trim() : 'this chapter'}`);
    }
})();
