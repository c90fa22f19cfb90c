using System.Device.I2c;
using System.Globalization;
using System.Runtime.CompilerServices;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>A chip on an I2C bus of this machine, behind a <see cref="PolledLink"/>.</summary>
/// <remarks>A read that fails is a line; <see cref="DeadPolls"/> polls in a row without a single good read are a lost line, so that it is opened anew.</remarks>
public sealed class I2cPolled : IPolled
{
    /// <summary>Polls in a row in which nothing could be read, after which the line is lost.</summary>
    public const int DeadPolls = 3;

    private readonly IRegisterChip chip;
    private readonly I2cDevice device;
    private readonly I2cCalls calls;
    private int deadPolls;

    private I2cPolled(string path, IRegisterChip chip, I2cDevice device, I2cCalls calls) =>
        (Path, this.chip, this.device, this.calls) = (path, chip, device, calls);

    /// <summary>Bus and address, for instance <c>/dev/i2c-1 0x48</c>.</summary>
    public string Path { get; }

    /// <summary>Null: these chips have no number of their own.</summary>
    public string? Identity => null;

    /// <summary>Opens the bus and makes sure that the chip answers.</summary>
    /// <exception cref="IOException">No bus, or nobody at that address: what, where, what to do.</exception>
    public static ValueTask<PolledLink> OpenAsync(LinkSettings.I2c settings, ITapeClock clock, TimeProvider time, CancellationToken cancel) =>
        OpenAsync(settings, I2cDevice.Create, clock, time, cancel);

    internal static async ValueTask<PolledLink> OpenAsync(
        LinkSettings.I2c settings, Func<I2cConnectionSettings, I2cDevice> create, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string path = string.Create(CultureInfo.InvariantCulture, $"/dev/i2c-{settings.Bus} 0x{settings.Address:X2}");
        I2cCalls calls = new(time);
        I2cDevice? device = null;
        try
        {
            using var deadline = new CancellationTokenSource(LinkFactory.OpenLimit, time);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
            device = create(new I2cConnectionSettings(settings.Bus, settings.Address));
            IRegisterChip chip = settings.Chip switch
            {
                I2cChip.Ads1115 converter => new Ads1115(device, converter),
                I2cChip.Bmp280 => new Bmp280(device),
                I2cChip.Mprls => new Registers.Mprls(device),
                I2cChip.Max30102 => new Registers.Max30102(device),
                _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Chip, "No driver is known for this chip."),
            };
            await chip.BeginAsync(calls, ending.Token);
            return new PolledLink(new I2cPolled(path, chip, device, calls), settings.Period, clock, time);
        }
        catch (Exception failure)
        {
            device?.Dispose();
            if (cancel.IsCancellationRequested || failure is not (IOException or OperationCanceledException or UnauthorizedAccessException))
            {
                throw;
            }

            string because = failure is OperationCanceledException ? $"no answer within {LinkFactory.OpenLimit.TotalSeconds:0} s" : failure.Message.TrimEnd('.');
            throw new IOException($"no chip: {path}, look at its wires and power or correct {settings.ConfiguredAt}.bus and .address ({because})", failure);
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
