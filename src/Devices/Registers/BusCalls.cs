using System.Globalization;
using Vascular.Devices.Links;

namespace Vascular.Devices.Registers;

/// <summary>Calls into the library of a bus (I2C, SPI), which block: run aside, and abandoned when they outlive a stop.</summary>
/// <remarks>One call at a time. An abandoned call still owns the bus, so nothing is called after it.</remarks>
public sealed class BusCalls(TimeProvider time)
{
    /// <summary>Remote I/O error, what most adapters say when nobody answers.</summary>
    public const int NobodyAnswers = 121;

    /// <summary>A conversion did not end in time.</summary>
    public const int TimedOut = 110;

    private const int InputOutputError = 5;
    private Task? pending;

    /// <summary>Ends when the call that was abandoned last has ended.</summary>
    public Task Idle => pending ?? Task.CompletedTask;

    /// <summary>Runs one call.</summary>
    /// <returns>0, or the error number it failed with.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the call may still be running.</exception>
    public async ValueTask<int> RunAsync(Action call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Task running = Task.Run(call, CancellationToken.None);
        pending = Forgiven(running);        // its failure is told below, or belongs to a call nobody waits for any more
        try
        {
            await running.WaitAsync(cancel);
            return 0;
        }
        catch (IOException failure)
        {
            return Errno(failure);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(pending, Task.Delay(ByteLine.AbandonAfter, time, ended.Token));
            await ended.CancelAsync();
            throw;
        }
    }

    /// <summary>Waits for the chip to work.</summary>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancel) => Task.Delay(pause, time, cancel);

    /// <summary>The error number the library names in its message ("Error 121 performing I2C data transfer."); EIO where it names none.</summary>
    internal static int Errno(IOException failure)
    {
        const string Word = "Error ";
        string text = failure.Message;
        int at = text.IndexOf(Word, StringComparison.Ordinal);
        if (at < 0)
        {
            return InputOutputError;
        }

        int end = at + Word.Length;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return int.TryParse(text.AsSpan((at + Word.Length)..end), NumberStyles.None, CultureInfo.InvariantCulture, out int errno) && errno is > 0 and < 4096
            ? errno
            : InputOutputError;
    }

    /// <summary>The end of a call, whichever it was.</summary>
    private static async Task Forgiven(Task call) => await Task.WhenAny(call);
}
