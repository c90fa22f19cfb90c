using System.Runtime.CompilerServices;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>A chip on a bus of this machine, behind a <see cref="PolledLink"/>.</summary>
/// <remarks>A read that fails is a line; <see cref="DeadPolls"/> polls in a row without a single good read are a lost line, so that it is opened anew.</remarks>
public sealed class ChipPolled : IPolled
{
    /// <summary>Polls in a row in which nothing could be read, after which the line is lost.</summary>
    public const int DeadPolls = 3;

    private readonly IRegisterChip chip;
    private readonly IDisposable device;
    private readonly BusCalls calls;
    private int deadPolls;

    private ChipPolled(string path, IRegisterChip chip, IDisposable device, BusCalls calls) =>
        (Path, this.chip, this.device, this.calls) = (path, chip, device, calls);

    /// <summary>Bus and place on it, for instance <c>/dev/i2c-1 0x48</c> or <c>/dev/spidev0.1</c>.</summary>
    public string Path { get; }

    /// <summary>Null: these chips have no number of their own.</summary>
    public string? Identity => null;

    /// <summary>Opens the bus and makes sure that the chip answers.</summary>
    /// <param name="where">What a person corrects when nobody is there, for instance <c>devices[0].link.bus and .address</c>.</param>
    /// <param name="create">Opens the bus.</param>
    /// <param name="driver">The chip's driver, which owns the bus from then on.</param>
    /// <exception cref="IOException">No bus, or nobody there: what, where, what to do.</exception>
    internal static async ValueTask<PolledLink> OpenAsync<TBus>(
        string path, string where, TimeSpan period, Func<TBus> create, Func<TBus, IRegisterChip> driver, ITapeClock clock, TimeProvider time, CancellationToken cancel)
        where TBus : class, IDisposable
    {
        BusCalls calls = new(time);
        TBus? device = null;
        try
        {
            using var deadline = new CancellationTokenSource(LinkFactory.OpenLimit, time);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
            device = create();
            IRegisterChip chip = driver(device);
            await chip.BeginAsync(calls, ending.Token);
            return new PolledLink(new ChipPolled(path, chip, device, calls), period, clock, time);
        }
        catch (Exception failure)
        {
            device?.Dispose();
            if (cancel.IsCancellationRequested || failure is not (IOException or OperationCanceledException or UnauthorizedAccessException))
            {
                throw;
            }

            string because = failure is OperationCanceledException ? $"no answer within {LinkFactory.OpenLimit.TotalSeconds:0} s" : failure.Message.TrimEnd('.');
            throw new IOException($"no chip: {path}, look at its wires and power or correct {where} ({because})", failure);
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        bool good = false;
        await foreach (ReadOnlyMemory<byte> line in chip.PollAsync(calls, cancel))
        {
            good |= !RegisterCodec.IsError(line.Span);
            yield return line;
        }

        deadPolls = good ? 0 : deadPolls + 1;
        if (deadPolls >= DeadPolls)
        {
            throw new IOException($"nothing could be read in {DeadPolls} polls");
        }
    }

    /// <summary>Closes the bus; a call that is still under way keeps it until it ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (calls.Idle.IsCompleted)
        {
            device.Dispose();
        }
        else
        {
            _ = calls.Idle.ContinueWith(_ => device.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return ValueTask.CompletedTask;
    }
}
