/** Initials on a colour of the person's own; the app has a wave. */
export function Avatar({ name, app = false, small = false }: { name: string; app?: boolean; small?: boolean }) {
  const initials = name
    .split(/\s+/)
    .map((word) => word[0]?.toUpperCase())
    .slice(0, 2)
    .join('');
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 47, 0) % 360;
  return (
    <span
      className={`avatar ${small ? 'small' : ''} ${app ? 'app' : ''}`}
      style={app ? undefined : { background: `hsl(${hue} 42% 42%)` }}
      aria-hidden="true"
    >
      {app ? (
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M5 14q5.5-7 11 0t11 0M5 22q5.5-7 11 0t11 0" />
        </svg>
      ) : (
        initials
      )}
    </span>
  );
}
