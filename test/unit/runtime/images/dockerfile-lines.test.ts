import { expect, it } from 'vitest';
import { instructionsOf } from '../../../../src/runtime/images/dockerfile-lines.ts';

it.each([
  { text: 'EXPOSE 80', want: ['EXPOSE'] },
  { text: '  run true', want: ['RUN'] },
  { text: 'RUN a \\\n  # a comment\n\n  && b\nCOPY x y', want: ['RUN', 'COPY'] },
  { text: '# syntax=docker/dockerfile:1\n\nFROM x', want: ['FROM'] },
  { text: 'RUN <<EOF\nFROM nothing\nEOF\nWORKDIR /a', want: ['RUN', 'WORKDIR'] },
  { text: 'COPY <<"one" <<-two /out/\nRUN x\none\nRUN y\n\ttwo\nUSER a', want: ['COPY', 'USER'] },
  { text: 'RUN cat <<< word\nENV A=1', want: ['RUN', 'ENV'] },
  { text: 'ENV A=<<EOF\nUSER b', want: ['ENV', 'USER'] },
  { text: '\n# only a comment\n', want: [] },
])('reads $want out of $text', ({ text, want }) => {
  expect(instructionsOf(text)).toEqual(want);
});
