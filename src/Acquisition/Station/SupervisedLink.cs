using System.Threading.Channels;
using Polly;
using Polly.Retry;
using Vascular.Devices;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>Opens a link once, or throws <see cref="IOException"/>.</summary>
public delegate ValueTask<ILink> OpenLink(CancellationToken cancel);

/// <summary>One configured link, kept open: opened again whenever it is lost, watched for silence, every event handed to the recorder.</summary>
/// <remarks>Links know nothing of each other; one that hangs, fails or floods delays no other except through a full queue to the recorder.</remarks>
public sealed class SupervisedLink
{
    /// <summary>Silence limit of a device that streams.</summary>
    public static readonly TimeSpan StreamingSilence = TimeSpan.FromSeconds(2);

    /// <summary>First wait before a new attempt; it doubles from attempt to attempt.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between attempts: a device plugged in again is open within 2 s.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Deadline of one attempt, whatever its driver does; beyond every deadline of the links themselves. What opens after it is closed at once.</summary>
    public static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(10);

    /// <summary>A connection that lived this long was a good one: the next loss starts again at <see cref="FirstDelay"/>.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(5);

    private readonly OpenLink open;
    private readonly LinkRecorder recorder;
    private readonly TimeSpan? silenceLimit;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline reopening;
    private LinkConnection? connection;
    private LinkStatus status = LinkStatus.NotYetOpened;
    private string? told;

    /// <param name="name">Configured name, on every event.</param>
    /// <param name="silenceLimit">Silence after which a connected device is reported; null for one that is silent when idle.</param>
    /// <param name="events">Queue to the recorder; when it is full the link waits and stops reading.</param>
    /// <param name="jitter">Seeded generator of this link alone; spreads the attempts of links that were lost together.</param>
    public SupervisedLink(string name, TimeSpan? silenceLimit, OpenLink open, ChannelWriter<LinkEvent> events, ITapeClock clock, TimeProvider time, Random jitter)
    {
        ArgumentNullException.ThrowIfNull(jitter);
        (Name, this.silenceLimit, this.open, this.time) = (name, silenceLimit, open, time);
        recorder = new LinkRecorder(name, events, clock, time);
        reopening = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<IOException>(),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Delay(attempt.AttemptNumber, jitter.NextDouble())),
            })
            .Build();
    }

    public string Name { get; }

    /// <summary>Told why the line does not open: once for each reason, until it opened. No event of the tape: nothing was connected.</summary>
    public Action<string>? NotConnected { get; init; }

    /// <summary>Told of the modem lines the device drives, where the line has them: when they are known and when they change. No event of the tape: nothing that is measured rests on them.</summary>
    public Action<SerialInputs>? Inputs { get; init; }

    public LinkStatus Status => Volatile.Read(ref status);

    /// <summary>Keeps the link open until stopped; ends normally then, with the line closed and <see cref="RecordKind.Closed"/> recorded.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await reopening.ExecuteAsync(ConnectAsync, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped while waiting for the next attempt
        }
    }

    /// <summary>Hands bytes to the device, in the order of the calls. A failure is a <see cref="RecordKind.WriteFailed"/> event.</summary>
    /// <param name="bytes">Memory the caller no longer changes.</param>
    /// <returns>True when the line took them all. The one who drains the events must not wait for it: a failure needs room in that queue.</returns>
    /// <remarks>Never carried over to the next connection: a command meant for a cuff seconds ago must not start it now.</remarks>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        Volatile.Read(ref connection) is { } line ? line.WriteAsync(bytes, cancel) : RefuseAsync(cancel);

    /// <summary>Wait before the attempt after <paramref name="attempt"/> failed ones, from half to the whole of the doubled delay.</summary>
    /// <param name="spread">0 to below 1.</param>
    internal static TimeSpan Delay(int attempt, double spread)
    {
        TimeSpan whole = attempt < 10 ? FirstDelay * (1 << attempt) : LongestDelay;
        return (whole < LongestDelay ? whole : LongestDelay) * (0.5 + (0.5 * spread));
    }

    /// <summary>One attempt: returns after a good connection or a stop, throws after a failed or short one, so that the wait grows.</summary>
    private async ValueTask ConnectAsync(CancellationToken cancel)
    {
        long since = time.GetTimestamp();
        string reason;
        try
        {
            ILink link = await OpenAsync(cancel);
            await using (link)
            {
                since = time.GetTimestamp();
                told = null;
                reason = await CarryAsync(link, cancel);
            }
        }
        catch (IOException failure)
        {
            Fail(failure.Message);
            throw;
        }
        catch (Exception bug) when (!cancel.IsCancellationRequested)
        {
            // No driver should throw it. Supervision goes on all the same: one wrong driver is one device that is not there.
            var failure = new IOException($"the line's driver failed: {Name}, report this with the station's version ({bug.GetType().Name}: {bug.Message})", bug);
            Fail(failure.Message);
            throw failure;
        }

        Volatile.Write(ref status, LinkStatus.NotYetOpened with { Problem = reason });
        if (!cancel.IsCancellationRequested && time.GetElapsedTime(since) < SettledAfter)
        {
            throw new IOException(reason);
        }
    }

    private void Fail(string why)
    {
        Volatile.Write(ref status, LinkStatus.NotYetOpened with { Problem = why });
        if (told != why)
        {
            told = why;
            NotConnected?.Invoke(why);
        }
    }

    /// <summary>A driver that hangs in the call, or ignores the stop, holds neither the next attempt nor the station's end.</summary>
    private async Task<ILink> OpenAsync(CancellationToken cancel)
    {
        Task<ILink> opening = open(cancel).AsTask();
        try
        {
            return opening.IsCompleted ? await opening : await opening.WaitAsync(OpenLimit, time, cancel);
        }
        catch (TimeoutException late) when (!opening.IsCompleted)
        {
            CloseWhenOpen(opening);
            throw new IOException($"the line does not open within {OpenLimit.TotalSeconds:0} s: {Name}, unplug the device and plug it in again", late);
        }
        catch (OperationCanceledException) when (!opening.IsCompleted)
        {
            CloseWhenOpen(opening);
            throw;
        }
    }

    private static void CloseWhenOpen(Task<ILink> opening) => _ = opening.ContinueWith(
        static async late =>
        {
            _ = late.Exception;
            if (late.IsCompletedSuccessfully)
            {
                await (await late).DisposeAsync();
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.None,
        TaskScheduler.Default);

    private async Task<string> CarryAsync(ILink link, CancellationToken cancel)
    {
        var line = new LinkConnection(link, recorder, silenceLimit, time, Inputs);
        try
        {
            Volatile.Write(ref status, new LinkStatus(true, false, link.Path, link.Identity, null));
            Volatile.Write(ref connection, line);
            return await line.CarryAsync(silent => Volatile.Write(ref status, Status with { Silent = silent }), cancel);
        }
        finally
        {
            Volatile.Write(ref connection, null);
        }
    }

    private async Task<bool> RefuseAsync(CancellationToken cancel)
    {
        await recorder.RecordAsync(RecordKind.WriteFailed, cancel, text: "not connected");
        return false;
    }
}
