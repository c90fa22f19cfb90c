using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>Attributes of one Linux IIO device behind an iiod, over a connection of its own, behind a <see cref="PolledLink"/>. Buffered samples: <see cref="IiodBuffered"/>.</summary>
/// <remarks>An error the daemon answers with is a line, and the poll goes on. After any time-out, ours or the daemon's own (110), the connection is dropped:
/// the answer may still come, and would be taken for that of the next question.</remarks>
public sealed class IiodPolled : IPolled
{
    private const int TimedOut = 110;

    private readonly IiodConversation conversation;
    private readonly byte[] device;
    private readonly IReadOnlyList<(IiodCommand Question, byte[] Register)> reads;
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    private IiodPolled(string path, string device, IReadOnlyList<(IiodCommand, byte[])> reads, IiodConversation conversation) =>
        (Path, this.device, this.reads, this.conversation) = (path, Encoding.ASCII.GetBytes(device), reads, conversation);

    /// <summary>Host, port, and the device's place in the daemon's context, for instance <c>iiod://192.0.2.20:30431/iio:device0</c>.</summary>
    public string Path { get; }

    /// <summary>Null: the protocol names no serial number.</summary>
    public string? Identity => null;

    /// <summary>Connects, reads the context and finds the device in it.</summary>
    /// <exception cref="IOException">No connection, no iiod, no such device or attribute: what, where, what to do.</exception>
    public static async ValueTask<PolledLink> OpenAsync(LinkSettings.Iiod settings, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TcpLink wire = await TcpLink.OpenAsync(new LinkSettings.Tcp(settings.Host, settings.Port) { ConfiguredAt = settings.ConfiguredAt }, new Unstamped(), time, cancel);
        IiodConversation conversation = new(wire, settings.ReplyLimit, time);
        try
        {
            await conversation.VersionAsync(cancel);
            IiodDevice device = (await ContextAsync(conversation, cancel)).Find(settings.Device);
            List<(IiodCommand, byte[])> reads = [.. settings.Attributes.Select(a => Read(device, a))];

            // The daemon's own patience with its hardware, half of ours as its library does it; a daemon without any answers with an error, which is no harm.
            await conversation.CodeAsync(new IiodCommand(IiodVerb.Timeout) { Number = (long)(settings.ReplyLimit.TotalMilliseconds / 2) }, cancel);
            string path = string.Create(CultureInfo.InvariantCulture, $"iiod{wire.Path["tcp".Length..]}/{device.Id}");
            return settings.Buffer is null
                ? new PolledLink(new IiodPolled(path, settings.Device, reads, conversation), settings.Period, clock, time)
                : new PolledLink(await IiodBuffered.OpenAsync(path, device, settings, conversation, cancel), IiodBuffered.Pace, clock, time);
        }
        catch (Exception failure)
        {
            await conversation.DisposeAsync();
            if (cancel.IsCancellationRequested || failure is not (IOException or TimeoutException))
            {
                throw;
            }

            throw new IOException($"no IIO device: {wire.Path}, start iiod there or correct {settings.ConfiguredAt}.host, .port and .device ({failure.Message})", failure);
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach ((IiodCommand question, byte[] register) in reads)
        {
            (int code, byte[] value) = await AnswerAsync(question, cancel);
            line.ResetWrittenCount();
            if (code < 0)
            {
                RegisterCodec.WriteError(device, register, -code, line);
            }
            else
            {
                RegisterCodec.WriteValue(device, register, value, line);
            }

            yield return line.WrittenMemory;
            if (code == -TimedOut)
            {
                throw new IOException($"{Encoding.ASCII.GetString(register)} was not read in time; what may still come belongs to nobody");
            }
        }
    }

    public ValueTask DisposeAsync() => conversation.DisposeAsync();

    private async ValueTask<(int Code, byte[] Value)> AnswerAsync(IiodCommand question, CancellationToken cancel)
    {
        try
        {
            return await conversation.DataAsync(question, RegisterCodec.LongestValue, cancel);
        }
        catch (TimeoutException)
        {
            return (-TimedOut, []);
        }
    }

    private static async ValueTask<IiodContext> ContextAsync(IiodConversation conversation, CancellationToken cancel)
    {
        (int code, byte[] xml) = await conversation.DataAsync(new IiodCommand(IiodVerb.Print), IiodCodec.LongestContext, cancel);
        return code > 0 ? IiodContext.Parse(new MemoryStream(xml)) : throw new IOException($"it has no context (error {-code})");
    }

    private static (IiodCommand Question, byte[] Register) Read(IiodDevice device, IiodAttribute wanted)
    {
        if (wanted.Channel is null)
        {
            return device.Attributes.Contains(wanted.Name)
                ? (new IiodCommand(IiodVerb.Read, device.Id) { Attribute = wanted.Name }, Encoding.ASCII.GetBytes(wanted.Name))
                : throw new IOException($"{device.Id} has no attribute {wanted.Name}");
        }

        IiodChannel? channel = device.Channels.FirstOrDefault(c => !c.IsOutput && c.Id == wanted.Channel);
        string? file = channel?.Attributes.FirstOrDefault(a => a.Name == wanted.Name).File;
        return file is null
            ? throw new IOException($"{device.Id} has no attribute {wanted.Name} of an input {wanted.Channel}")
            : (new IiodCommand(IiodVerb.Read, device.Id) { Scope = IiodScope.Input, Channel = wanted.Channel, Attribute = wanted.Name }, Encoding.ASCII.GetBytes(file));
    }

    /// <summary>What comes on the connection is stamped where it becomes a line, not before.</summary>
    private sealed class Unstamped : ITapeClock
    {
        public long NowNs => 0;
    }
}
