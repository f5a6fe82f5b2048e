// Members of an object whose names come from outside.

/** Assigning `__proto__`, as anybody may write it, would change the object instead of filling it. */
export function setMember<Value>(made: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(made, name, { value, enumerable: true, writable: true, configurable: true });
  else made[name] = value;
}
