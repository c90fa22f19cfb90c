using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>A broker and its consumers as one object: a consumer stores each message once and acknowledges it; an acknowledgement stays until the station was done with it.</summary>
/// <param name="consumers">Names of those that take results.</param>
public sealed class MemoryBroker(IReadOnlyList<string> consumers)
{
    private readonly List<Letter> mailbox = [];
    private readonly Lock gate = new();
    private readonly ChangeSignal more = new();

    /// <summary>What each consumer stored, by message id, and how often it came.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, int>> Held { get; } = consumers.ToDictionary(c => c, _ => new Dictionary<string, int>(StringComparer.Ordinal));

    public IOutlet Open() => new Line(this);

    private void Take(Letter letter)
    {
        string id = letter.Properties.Single(p => p.Name == "id").Value;
        lock (gate)
        {
            foreach ((string consumer, Dictionary<string, int> held) in Held)
            {
                bool repeat = held.TryGetValue(id, out int times);
                held[id] = times + 1;
                string answer = $$"""{"id":"{{id}}","status":"{{(repeat ? "duplicate" : "stored")}}"}""";
                mailbox.Add(new Letter($"vascular/v1/lab-a/bedside-box-01/ack/{consumer}", Encoding.UTF8.GetBytes(answer), "application/json", [], null, false, 1));
                more.Raise();
            }
        }
    }

    private sealed class Line(MemoryBroker broker) : IOutlet
    {
        public Task<Receipt> PublishAsync(Letter letter, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            broker.Take(letter);
            return Task.FromResult(Receipt.Stored);
        }

        public async IAsyncEnumerable<Letter> ReceiveAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            while (true)
            {
                Task changed = broker.more.Next();
                Letter? next;
                lock (broker.gate)
                {
                    next = broker.mailbox.FirstOrDefault();
                }

                if (next is null)
                {
                    await changed.WaitAsync(cancel);
                    continue;
                }

                yield return next;
                lock (broker.gate)
                {
                    broker.mailbox.Remove(next);
                }
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
