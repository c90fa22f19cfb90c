using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vascular.Devices.Links;
using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Links;

public sealed class MllpLinkTests : LinkContract
{
    private static readonly LinkSettings.Mllp Here = new(0, [IPAddress.Loopback]) { ConfiguredAt = "devices[0].link" };

    [Fact]
    public async Task A_message_is_an_arrival_without_its_framing_however_it_was_cut()
    {
        await using Stand stand = await Stand.OpenAsync();
        byte[] framed = Framed(Message("1")).Concat(Framed(Message("2"))).ToArray();
        foreach (byte value in framed)
        {
            await stand.First.SendAsync(new[] { value });
        }

        Assert.Equal(Message("1"), await stand.NextAsync());
        Assert.Equal(Message("2"), await stand.NextAsync());
        Assert.Empty(stand.Remarks);
    }

    [Fact]
    public async Task An_acknowledgement_goes_to_the_connection_whose_message_it_names()
    {
        await using Stand stand = await Stand.OpenAsync();
        using Socket second = await stand.DialAsync();
        await stand.First.SendAsync(Framed(Message("A")));
        await stand.NextAsync();
        await second.SendAsync(Framed(Message("B")));
        await stand.NextAsync();

        // the later first, then both at once, in one write
        await stand.AnswerAsync("B");
        Assert.Equal("MSA|AA|B", await AnswerAsync(second));
        await stand.AnswerAsync("A", "B");
        Assert.Equal("MSA|AA|A", await AnswerAsync(stand.First));
        Assert.Equal("MSA|AA|B", await AnswerAsync(second));
    }

    [Fact]
    public async Task One_connection_of_several_ending_is_no_lost_line_and_the_last_one_is()
    {
        await using Stand stand = await Stand.OpenAsync();
        using (Socket second = await stand.DialAsync())
        {
            await second.SendAsync(Framed(Message("B")));
            Assert.Equal(Message("B"), await stand.NextAsync());
        }

        await stand.First.SendAsync(Framed(Message("A")));
        Assert.Equal(Message("A"), await stand.NextAsync());
        stand.First.Dispose();
        IOException lost = await Assert.ThrowsAsync<IOException>(() => stand.NextAsync());
        Assert.EndsWith("lost: the gateway hung up", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65_534, 1)]
    [InlineData(65_535, 2)]
    [InlineData(65_536, 2)]
    [InlineData(200_000, 4)]
    [InlineData(MllpLink.LongestMessage, 17)]
    public async Task A_message_longer_than_two_bytes_can_say_is_kept_whole(int length, int parts)
    {
        await using Stand stand = await Stand.OpenAsync();
        byte[] message = Padded("1", length);
        Task sending = stand.SendAllAsync(Framed(message));
        Assert.True(await stand.Arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
        ReadOnlyMemory<byte> tape = stand.Arrivals.Current.Bytes.ToArray();
        await sending;
        Assert.Equal(length + (2 * parts), tape.Length);

        // the first part's length as the tape has it, and the whole put together again
        Assert.Equal(Math.Min(length, 65_535), (tape.Span[0] << 8) | tape.Span[1]);
        Assert.Equal(message, Whole(tape));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_message_longer_than_that_ends_its_connection_unacknowledged(int more)
    {
        await using Stand stand = await Stand.OpenAsync();
        using Socket second = await stand.DialAsync();
        await second.SendAsync(Framed(Message("B")));
        Assert.Equal(Message("B"), await stand.NextAsync());
        Task sending = stand.SendAllAsync(Framed(Padded("1", MllpLink.LongestMessage + more)));
        Assert.Equal(0, await stand.First.ReceiveAsync(new byte[1]).ContinueWith(read => read.IsCompletedSuccessfully ? read.Result : 0, TaskScheduler.Default).WaitAsync(Deadline));
        await Task.WhenAny(sending).WaitAsync(Deadline);
        Assert.Contains("a message longer than 1048576 bytes", Assert.Single(stand.Remarks), StringComparison.Ordinal);
        Assert.Equal(Framed(Padded("1", MllpLink.LongestMessage + more))[..(MllpLink.LongestMessage + 3)], (await stand.StrayAsync())[..(MllpLink.LongestMessage + 3)]);
        await second.SendAsync(Framed(Message("C")));
        Assert.Equal(Message("C"), await stand.NextAsync());
    }

    [Fact]
    public async Task Bytes_between_messages_are_told_once_arrive_by_themselves_and_cost_no_message()
    {
        await using Stand stand = await Stand.OpenAsync();
        await stand.First.SendAsync((byte[])[.. "noise"u8, .. Framed(Message("1")), .. "more"u8, .. Framed(Message("2")), 0x0B, .. "begun"u8, .. Framed(Message("3"))]);
        Assert.Equal("noise"u8.ToArray(), await stand.StrayAsync());
        Assert.Equal(Message("1"), await stand.NextAsync());
        Assert.Equal("more"u8.ToArray(), await stand.StrayAsync());
        Assert.Equal(Message("2"), await stand.NextAsync());
        Assert.Equal([0x0B, .. "begun"u8], await stand.StrayAsync());
        Assert.Equal(Message("3"), await stand.NextAsync());
        Assert.Equal(["bytes that belong to no message came: they are recorded and refused"], stand.Remarks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_the_end_of_its_connection_cuts_off_is_not_lost(bool reset)
    {
        await using Stand stand = await Stand.OpenAsync();
        await stand.First.SendAsync((byte[])[.. Framed(Message("1")), 0x0B, .. "MSH|half"u8]);
        Assert.Equal(Message("1"), await stand.NextAsync());
        stand.First.LingerState = new LingerOption(reset, 0);
        stand.First.Dispose();
        Assert.Equal([0x0B, .. "MSH|half"u8], await stand.StrayAsync());
        IOException lost = await Assert.ThrowsAsync<IOException>(() => stand.NextAsync());
        Assert.Contains("lost: ", lost.Message, StringComparison.Ordinal);
    }

    /// <summary>Listener, tape form, adapter and acknowledgement together, as a gateway meets them.</summary>
    [Fact]
    public async Task A_gateways_observations_are_read_and_acknowledged()
    {
        await using Stand stand = await Stand.OpenAsync();
        var monitor = new Pcd01Monitor(new Pcd01Options { Line = Pcd01Line.Messages });
        List<Reading> readings = [];
        string message = "MSH|^~\\&|TCGW|LAB|||20240305140709||ORU^R01^ORU_R01|1001|P|2.6|||NE|AL\rOBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||R\r";
        await stand.First.SendAsync(Framed(Encoding.UTF8.GetBytes(message)));
        Assert.True(await stand.Arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));

        // the tape may hand the record over in any cut
        byte[] record = stand.Arrivals.Current.Bytes.ToArray();
        monitor.Next(new Record(RecordKind.Open, 0), readings);
        ReadOnlyMemory<byte> answer = default;
        foreach (byte value in record)
        {
            Step step = monitor.Next(new Record(RecordKind.Bytes, 1, (byte[])[value]), readings);
            answer = step.Send.IsEmpty ? answer : step.Send;
        }

        Assert.Equal(42, Assert.Single(readings).Value);
        await stand.Link.WriteAsync(answer, CancellationToken.None);
        Assert.Equal("MSA|AA|1001", await AnswerAsync(stand.First));
    }

    [Fact]
    public void Parts_come_back_whole_at_every_cut()
    {
        byte[] message = Padded("1", 65_535);
        var tape = new ArrayBufferWriter<byte>();
        MessageParts.Write(new ReadOnlySequence<byte>(message), tape);
        MessageParts.Write(new ReadOnlySequence<byte>([7]), tape);
        byte[] room = new byte[65_535];
        foreach (int cut in (int[])[0, 1, 2, 3, 40_000, 65_536, 65_537, 65_538, 65_539, 65_540, 65_541])
        {
            ReadOnlySequence<byte> first = new(tape.WrittenMemory[..cut]);
            bool early = MessageParts.TryRead(ref first, room, out int length) == OperationStatus.Done;
            Assert.Equal(cut >= 65_539, early);
            ReadOnlySequence<byte> all = new(tape.WrittenMemory);
            Assert.Equal(OperationStatus.Done, MessageParts.TryRead(ref all, room, out length));
            Assert.Equal(message, room[..length]);
            Assert.Equal(OperationStatus.Done, MessageParts.TryRead(ref all, room, out length));
            Assert.Equal([7], room[..length]);
            Assert.True(all.IsEmpty);
        }

        ReadOnlySequence<byte> tooLong = new(tape.WrittenMemory);
        Assert.Equal(OperationStatus.InvalidData, MessageParts.TryRead(ref tooLong, room.AsSpan(0, 100), out _));
        Assert.Equal(3, tooLong.Length);
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        Stand stand = await Stand.OpenAsync(clock);
        return (stand.Link, new Gateway(stand));
    }

    private static byte[] Message(string id) => Encoding.ASCII.GetBytes($"MSH|^~\\&|G|L|||1||ORU^R01|{id}|P|2.6\r");

    private static byte[] Padded(string id, int length)
    {
        byte[] message = new byte[length];
        message.AsSpan().Fill((byte)'x');
        Message(id).CopyTo(message, 0);
        return message;
    }

    private static byte[] Framed(byte[] message) => [0x0B, .. message, 0x1C, 0x0D];

    private static byte[] Whole(ReadOnlyMemory<byte> tape)
    {
        // by hand, as docs/tape-format.md says it, not by the code under test
        List<byte> message = [];
        while (true)
        {
            int part = (tape.Span[0] << 8) | tape.Span[1];
            message.AddRange(tape.Span.Slice(2, part));
            tape = tape[(2 + part)..];
            if (part < 65_535)
            {
                Assert.True(tape.IsEmpty);
                return [.. message];
            }
        }
    }

    private static async Task<string> AnswerAsync(Socket gateway)
    {
        List<byte> heard = [];
        byte[] one = new byte[1];
        while (heard is not [.., 0x1C, 0x0D])
        {
            Assert.Equal(1, await gateway.ReceiveAsync(one).WaitAsync(Deadline));
            heard.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. heard]).Split('\r')[1];
    }

    private sealed class Gateway(Stand stand) : IFarEnd
    {
        public string Name => stand.Link.Path;

        public async Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            byte[] said = Message($"{what}");
            await stand.First.SendAsync(Framed(said), cancel);
            return [0, (byte)said.Length, .. said];
        }

        public void Dispose()
        {
            stand.First.Dispose();
            stand.Port.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private sealed class Stand : IAsyncDisposable
    {
        private Stand(DialIn port, Socket first) => (Port, First) = (port, first);

        internal DialIn Port { get; }

        internal Socket First { get; }

        internal MllpLink Link { get; private set; } = null!;

        internal List<string> Remarks { get; } = [];

        internal IAsyncEnumerator<Arrival> Arrivals { get; private set; } = null!;

        internal static async Task<Stand> OpenAsync(ITapeClock? clock = null)
        {
            DialIn port = new(0, Here.Peers, static _ => { });
            Socket first = new(SocketType.Stream, ProtocolType.Tcp);
            await first.ConnectAsync(IPAddress.Loopback, port.Port);
            var stand = new Stand(port, first);
            stand.Link = await MllpLink.OpenAsync(Here, port, clock ?? new CountingClock(), TimeProvider.System, stand.Remarks.Add, CancellationToken.None);
            stand.Arrivals = stand.Link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
            return stand;
        }

        internal async Task<Socket> DialAsync()
        {
            Socket gateway = new(SocketType.Stream, ProtocolType.Tcp);
            await gateway.ConnectAsync(IPAddress.Loopback, Port.Port);
            return gateway;
        }

        internal async Task SendAllAsync(byte[] framed)
        {
            ReadOnlyMemory<byte> unsent = framed;
            while (!unsent.IsEmpty)
            {
                unsent = unsent[await First.SendAsync(unsent)..];
            }
        }

        internal async Task<byte[]> NextAsync()
        {
            Assert.True(await Arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
            Assert.False(Arrivals.Current.IsStray);
            return Whole(Arrivals.Current.Bytes);
        }

        internal async Task<byte[]> StrayAsync()
        {
            Assert.True(await Arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
            Assert.True(Arrivals.Current.IsStray);
            return Arrivals.Current.Bytes.ToArray();
        }

        internal async Task AnswerAsync(params string[] ids)
        {
            byte[] messages = [.. ids.SelectMany(id =>
            {
                byte[] answer = Encoding.ASCII.GetBytes($"MSH|^~\\&|||G|L|1||ACK^R01^ACK|A{id}|P|2.6\rMSA|AA|{id}\r");
                return (byte[])[0, (byte)answer.Length, .. answer];
            })];
            await Link.WriteAsync(messages, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Link.DisposeAsync();
            First.Dispose();
            await Port.DisposeAsync();
        }
    }
}
