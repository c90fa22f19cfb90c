using System.Runtime.CompilerServices;
using Vascular.Acquisition.Publishing;

namespace Vascular.KillHost;

/// <summary>An outlet that calls out at each instant a sending process could die.</summary>
/// <param name="instant">Returns when the process lives on.</param>
public sealed class MortalOutlet(IOutlet inner, Func<SendStage, int, CancellationToken, Task> instant) : IOutlet
{
    private int results;
    private int acknowledgements;

    public async Task<Receipt> PublishAsync(Letter letter, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (!letter.Topic.EndsWith("/result/session", StringComparison.Ordinal))
        {
            return await inner.PublishAsync(letter, cancel);
        }

        int number = ++results;
        await instant(SendStage.BeforePublish, number, cancel);
        await instant(SendStage.InPublish, number, cancel);
        Receipt receipt = await inner.PublishAsync(letter, cancel);
        await instant(SendStage.Published, number, cancel);
        return receipt;
    }

    public async IAsyncEnumerable<Letter> ReceiveAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (Letter letter in inner.ReceiveAsync(cancel))
        {
            int number = ++acknowledgements;
            await instant(SendStage.Received, number, cancel);
            await instant(SendStage.InCommit, number, cancel);
            yield return letter;

            // asked for the next one: what this one said is in the record
            await instant(SendStage.Committed, number, cancel);
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
