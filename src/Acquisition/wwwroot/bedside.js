// Starts the page and keeps it on the station: when the line to it is lost the page says so, and comes back whole when the station does.
const lost = document.getElementById('lost');

async function comeBack() {
  // what went wrong before it went is the likeliest reason
  const why = document.querySelector('.says .bad')?.textContent;
  if (why) { lost.querySelector('span').textContent = why; }
  lost.hidden = false;
  for (;;) {
    await new Promise(done => setTimeout(done, 1000));
    try {
      if ((await fetch('/healthz', { cache: 'no-store' })).ok) {
        location.reload();
        return;
      }
    } catch {
      // not yet
    }
  }
}

Blazor.start({ circuit: { reconnectionHandler: { onConnectionDown: comeBack, onConnectionUp: () => { lost.hidden = true; } } } });

document.addEventListener('click', event => {
  if (event.target.closest('[data-print]')) {
    window.print();
  }
  if (event.target.closest('[data-theme-switch]')) {
    const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  }
});
