using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>Buffered samples of one Linux IIO device behind an iiod, over a connection of its own, behind a <see cref="PolledLink"/>: a poll is one read of the daemon's buffer.</summary>
/// <remarks>
/// <para>The daemon answers when it has the samples, so the device sets the pace; what is sampled between two polls waits in the kernel's buffer.</para>
/// <para>Lines of a poll: <c>LABEL/buffer TAB samples=10 intensity_red=be:u18/32&gt;&gt;8 intensity_ir=be:u18/32&gt;&gt;8</c>, then <c>LABEL/data TAB 0x…</c>, the samples' bytes as they came,
/// as many whole samples a line as fit.</para>
/// <para>The connection is dropped after any error, time-out or early end, and where the daemon answers with other channels than were asked for (another client has the device open).</para>
/// </remarks>
public sealed class IiodBuffered : IPolled
{
    private const int MostBytesOnLine = (RegisterCodec.LongestValue - 2) / 2;
    private const int ChannelsOfMask = 32;

    /// <summary>Between polls: as good as none.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly IiodConversation conversation;
    private readonly string id;
    private readonly byte[] device;
    private readonly string mask;
    private readonly int samples;
    private readonly int sampleBytes;
    private readonly byte[] layout;
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    private IiodBuffered(string path, IiodDevice found, LinkSettings.Iiod settings, IiodConversation conversation)
    {
        IiodBuffer buffer = settings.Buffer!;
        (Path, id, device, this.conversation, samples) = (path, found.Id, Encoding.ASCII.GetBytes(settings.Device), conversation, buffer.Samples);
        List<string> said = [string.Create(CultureInfo.InvariantCulture, $"samples={samples}")];
        uint[] words = new uint[(found.Channels.Count + ChannelsOfMask - 1) / ChannelsOfMask];
        foreach (string channel in buffer.Channels)
        {
            int bit = found.Channels.ToList().FindIndex(c => !c.IsOutput && c.Id == channel && c.Scan is not null);
            if (bit < 0 || !IiodScanFormat.TryParse(found.Channels[bit].Scan!.Value.Format, out IiodScanFormat format))
            {
                throw new IOException($"{id} gives no buffered samples of an input {channel}");
            }

            words[bit / ChannelsOfMask] |= 1u << (bit % ChannelsOfMask);
            sampleBytes = format.After(sampleBytes) + format.Bytes;
            said.Add($"{channel}={format}");
        }

        mask = string.Concat(words.Reverse().Select(w => w.ToString("x8", CultureInfo.InvariantCulture)));
        layout = Encoding.ASCII.GetBytes(string.Join(' ', said));
        if (layout.Length > RegisterCodec.LongestValue || sampleBytes > MostBytesOnLine)
        {
            throw new IOException($"{id} has samples of {sampleBytes} bytes, which are not read here");
        }
    }

    /// <inheritdoc cref="IiodPolled.Path"/>
    public string Path { get; }

    /// <summary>Null: the protocol names no serial number.</summary>
    public string? Identity => null;

    /// <summary>Opens the device's buffer on a conversation that has found it.</summary>
    /// <exception cref="IOException">It has no such channels, or the daemon cannot open it.</exception>
    internal static async ValueTask<IPolled> OpenAsync(string path, IiodDevice found, LinkSettings.Iiod settings, IiodConversation conversation, CancellationToken cancel)
    {
        IiodBuffered opened = new(path, found, settings, conversation);
        int code = await conversation.CodeAsync(new IiodCommand(IiodVerb.Open, opened.id) { Number = opened.samples, Mask = opened.mask }, cancel);
        return code == 0 ? opened : throw new IOException($"{opened.id} opens no buffer (error {-code})");
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        (int code, string said, ReadOnlyMemory<byte> data) = await ReadAsync(cancel);
        line.ResetWrittenCount();
        if (code < 0)
        {
            RegisterCodec.WriteError(device, "data"u8, -code, line);
            yield return line.WrittenMemory;
        }

        if (code != samples * sampleBytes || !string.Equals(said, mask, StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException(code < 0 ? $"its buffer was not read (error {-code})"
                : code != samples * sampleBytes ? $"its buffer ended after {code} of {samples * sampleBytes} bytes"
                : $"its samples are of the channels {said}, those of {mask} were asked for: another client has it open");
        }

        RegisterCodec.WriteValue(device, "buffer"u8, layout, line);
        yield return line.WrittenMemory;
        int most = MostBytesOnLine / sampleBytes * sampleBytes;
        for (int at = 0; at < data.Length; at += most)
        {
            line.ResetWrittenCount();
            RegisterCodec.WriteBytes(device, "data"u8, data.Span[at..Math.Min(at + most, data.Length)], line);
            yield return line.WrittenMemory;
        }
    }

    public ValueTask DisposeAsync() => conversation.DisposeAsync();

    private async ValueTask<(int Code, string Mask, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancel)
    {
        try
        {
            return await conversation.BlocksAsync(id, samples * sampleBytes, mask.Length, cancel);
        }
        catch (TimeoutException)
        {
            return (-BusCalls.TimedOut, "", default);
        }
    }
}
