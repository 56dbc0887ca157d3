// Keeps what each method of the client answered and each event that it handed on, for their types to be compared.
const all = [];

// Return the client with every answer kept under its method's name; a call that fails keeps nothing.
export function recorded(api) {
  return new Proxy(api, {
    get(target, name) {
      const found = Reflect.get(target, name, target);
      if (typeof found !== "function") return found;
      return (...words) => {
        const made = found.apply(target, words);
        if (made instanceof Promise) made.then((answer) => keep(String(name), answer), () => {});
        return made;
      };
    },
  });
}

export function heard(event) {
  keep(event.type, event);
  return event;
}
heard.all = all;

function keep(name, answer) {
  const plain = answer !== null && typeof answer === "object" && !(answer instanceof ReadableStream);
  if (plain) all.push([name, answer]);
}
