/** One delete for all messages that were confirmed while the last one ran. */
export function removeTogether(removeAll: (ids: string[]) => Promise<unknown>): (id: string) => void {
  const confirmed: string[] = [];
  let removing = false;
  return (id) => {
    confirmed.push(id);
    if (!removing) void drain();
  };
  async function drain() {
    removing = true;
    while (confirmed.length > 0) await removeAll(confirmed.splice(0));
    removing = false;
  }
}
