using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>A line whose other end is the test: it sees each letter, says what the broker says, answers, and cuts.</summary>
public sealed class ScriptedOutlet : IOutlet
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<(Letter Letter, TaskCompletionSource<Receipt> Answer)> outgoing = Channel.CreateUnbounded<(Letter, TaskCompletionSource<Receipt>)>();
    private readonly Channel<Letter> incoming = Channel.CreateUnbounded<Letter>();

    /// <summary>What the broker says to each letter at once; null: the test says it for each.</summary>
    public Receipt? Says { get; set; } = Receipt.Stored;

    public bool IsDisposed { get; private set; }

    public async Task<Receipt> PublishAsync(Letter letter, CancellationToken cancel)
    {
        TaskCompletionSource<Receipt> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Says is { } says)
        {
            answer.SetResult(says);
        }

        outgoing.Writer.TryWrite((letter, answer));
        return await answer.Task.WaitAsync(cancel);
    }

    public async IAsyncEnumerable<Letter> ReceiveAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (Letter letter in incoming.Reader.ReadAllAsync(cancel))
        {
            yield return letter;
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    public async Task<(Letter Letter, TaskCompletionSource<Receipt> Answer)> NextAsync() => await outgoing.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>True when nothing has gone out that the test has not seen.</summary>
    public bool IsQuiet => !outgoing.Reader.TryPeek(out _);

    public void Acknowledge(string consumer, Guid id, string status, string station = "lab-a/bedside-box-01") =>
        Hear($"vascular/v1/{station}/ack/{consumer}", $$"""{"id":"{{id}}","status":"{{status}}","time":"2017-09-30T13:00:00Z","reason":"because","reference":"r/1"}""");

    public void Hear(string topic, string body) => Hear(topic, body, null, default);

    public void Hear(string topic, string body, string? replyTo, ReadOnlyMemory<byte> correlation) =>
        incoming.Writer.TryWrite(new Letter(topic, Encoding.UTF8.GetBytes(body), "application/json", [], null, false, 1) { ReplyTo = replyTo, Correlation = correlation });

    /// <summary>The line goes, whatever is under way.</summary>
    public void Lose() => incoming.Writer.TryComplete(new IOException("connection reset"));
}
