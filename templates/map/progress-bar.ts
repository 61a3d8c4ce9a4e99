const WIDTH = 30;

/** A progress bar on stderr; silent where nobody would see it. */
export function progressBar(unit: string) {
  const { stderr } = process;
  let expected = 0;
  let done = 0;
  const draw = () => {
    if (!stderr.isTTY) return;
    const filled = expected === 0 ? 0 : Math.floor((done / expected) * WIDTH);
    stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${expected} ${unit} `);
  };
  return {
    expect(more: number) {
      expected += more;
      draw();
    },
    advance(more: number) {
      done += more;
      draw();
    },
    end() {
      if (stderr.isTTY) stderr.write('\n');
    },
  };
}
