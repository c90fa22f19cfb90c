using System.Diagnostics.CodeAnalysis;

namespace Vascular.Devices.Links;

/// <summary>That a line was lost, once and for good, and why. The first reason stays.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It holds no timer, and a call that was abandoned may still come back and report the loss.")]
internal sealed class LineLoss(string name)
{
    private readonly CancellationTokenSource lost = new();
    private string? because;

    /// <summary>Cancelled when the line is lost.</summary>
    internal CancellationToken Token => lost.Token;

    internal void Lose(string reason)
    {
        if (Interlocked.CompareExchange(ref because, reason, null) is null)
        {
            lost.Cancel();
        }
    }

    internal void ThrowIfLost()
    {
        if (lost.IsCancellationRequested)
        {
            throw Error(null);
        }
    }

    internal IOException Error(Exception? cause) => new($"{name} lost: {Volatile.Read(ref because)}", cause);
}
