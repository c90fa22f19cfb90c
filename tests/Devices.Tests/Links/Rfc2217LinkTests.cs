using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>The telnet layer and the com port option by bytes: RFC 854, RFC 2217.</summary>
public sealed class Rfc2217LinkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly byte[] Offer = Bytes("FF FB 00 FF FD 00 FF FB 03 FF FD 03 FF FB 2C");

    /// <summary>The examples of RFC 2217's commands, with the values of a 9600 bit/s line with odd parity; the last value is doubled because it is FF.</summary>
    private static readonly byte[] Orders = Bytes(
        "FF FA 2C 01 00 00 25 80 FF F0", "FF FA 2C 02 08 FF F0", "FF FA 2C 03 02 FF F0", "FF FA 2C 04 01 FF F0", "FF FA 2C 05 01 FF F0",
        "FF FA 2C 05 08 FF F0", "FF FA 2C 05 0B FF F0", "FF FA 2C 0A 1E FF F0", "FF FA 2C 0B FF FF FF F0", "FF FA 2C 0C 03 FF F0");

    private static readonly byte[] Answers = Bytes(
        "FF FA 2C 65 00 00 25 80 FF F0", "FF FA 2C 66 08 FF F0", "FF FA 2C 67 02 FF F0", "FF FA 2C 68 01 FF F0", "FF FA 2C 70 03 FF F0");

    private static readonly LinkSettings.Rfc2217 Odd = new("127.0.0.1", 0, 9600) { Parity = SerialParity.Odd, ConfiguredAt = "devices[0].link" };

    [Fact]
    public async Task The_settings_go_out_as_the_standard_writes_them()
    {
        using Server server = new();
        Task<Rfc2217Link> opening = server.OpenAsync(Odd);
        Assert.Equal(Offer, await server.ExpectAsync(Offer.Length));
        await server.SendAsync(Bytes("FF FD 2C"));
        Assert.Equal(Orders, await server.ExpectAsync(Orders.Length));
        await server.SendAsync(Answers);
        await using Rfc2217Link link = await opening.WaitAsync(Deadline);
        Assert.Null(link.Remark);
    }

    /// <summary>RFC 2217: 4 is mark, 5 is space.</summary>
    [Theory]
    [InlineData(SerialParity.Mark, "04")]
    [InlineData(SerialParity.Space, "05")]
    public async Task Mark_and_space_go_out_as_the_standard_numbers_them_and_a_port_that_makes_another_is_refused(SerialParity parity, string number)
    {
        using Server server = new();
        Task<Rfc2217Link> opening = server.OpenAsync(Odd with { Parity = parity });
        await server.ExpectAsync(Offer.Length);
        await server.SendAsync(Bytes("FF FD 2C"));
        byte[] orders = await server.ExpectAsync(Orders.Length);
        Assert.Equal(Bytes($"FF FA 2C 03 {number} FF F0"), orders[17..24]);
        await server.SendAsync(Answers);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Deadline));
        Assert.Contains($"(parity: 2 in place of {int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)})", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_port_made_of_a_setting_is_compared()
    {
        using Server server = new();
        Task<Rfc2217Link> opening = server.OpenAsync(Odd);
        await server.ExpectAsync(Offer.Length);
        await server.SendAsync(Bytes("FF FD 2C"));
        byte[] other = [.. Answers];
        other[7] = 0x60;
        await server.SendAsync(other);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Deadline));
        Assert.Contains("(speed: 9568 in place of 9600)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("correct devices[0].link", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_while_it_is_set_is_said_so()
    {
        using Server server = new();
        Task<Rfc2217Link> opening = server.OpenAsync(Odd);
        await server.ExpectAsync(Offer.Length);
        server.HangUp();
        IOException failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Deadline));
        Assert.Contains("the server closed the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notifications_stand_beside_the_data_and_never_in_it()
    {
        using Server server = new();
        List<LineErrors> erred = [];
        await using Rfc2217Link link = await server.OpenedAsync(Odd, erred.Add);

        // CTS on and changed; a parity and a framing error; the errors' own data goes on
        await server.SendAsync(Bytes("01 FF FA 2C 6B 11 FF F0 FF FF FF FA 2C 6A 0C FF F0 02"));
        using var deadline = new CancellationTokenSource(Deadline);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        List<byte> heard = [];
        while (heard.Count < 3)
        {
            Assert.True(await arrivals.MoveNextAsync());
            heard.AddRange(arrivals.Current.Bytes.Span);
        }

        Assert.Equal([0x01, 0xFF, 0x02], heard);
        Assert.Equal(SerialInputs.ClearToSend, link.Inputs);
        Assert.Equal([LineErrors.Parity | LineErrors.Framing], erred);
        Assert.Equal(LineErrors.Parity | LineErrors.Framing, link.Errors);
    }

    [Fact]
    public async Task An_offer_of_anything_else_is_declined_and_those_made_before_are_not_answered_again()
    {
        using Server server = new();
        await using Rfc2217Link link = await server.OpenedAsync(Odd);
        Task<bool> reading = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();
        await server.SendAsync(Bytes("FF FB 00 FF FD 03 FF FB 01 FF FD 18 FF FE 05 FF FC 06"));

        // ECHO and TERMINAL-TYPE declined; BINARY, SUPPRESS-GO-AHEAD, and refusals left alone
        Assert.Equal(Bytes("FF FE 01 FF FC 18"), await server.ExpectAsync(6));
        await link.WriteAsync(new byte[] { 0x55 }, CancellationToken.None);
        Assert.Equal([0x55], await server.ExpectAsync(1));
        Assert.False(reading.IsCompleted);
    }

    [Fact]
    public async Task A_pause_the_server_asks_for_holds_what_is_written()
    {
        using Server server = new();
        await using Rfc2217Link link = await server.OpenedAsync(Odd);
        using var deadline = new CancellationTokenSource(Deadline);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        await server.SendAsync(Bytes("FF FA 2C 6C FF F0 01"));
        Assert.True(await arrivals.MoveNextAsync());

        Task writing = link.WriteAsync(new byte[] { 0x41, 0xFF }, deadline.Token).AsTask();
        Assert.False(writing.IsCompleted);
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await server.SendAsync(Bytes("FF FA 2C 6D FF F0 02"));
        Assert.True(await next);
        await writing;
        Assert.Equal(Bytes("41 FF FF"), await server.ExpectAsync(3));
    }

    [Fact]
    public void Every_cut_of_a_stream_gives_the_same_data_and_commands()
    {
        byte[] wire = Bytes("01 FF FF 02 FF FD 2C FF FA 2C 6B FF FF FF F0 03 FF F1 04 FF FA 18 01 FF F0 FF FF");
        (string data, string commands) = Taken([wire]);
        Assert.Equal("01FF020304FF", data);
        Assert.Equal("DO 2C; SB 2C 6BFF; SB 18 01; ", commands);
        for (int cut = 0; cut <= wire.Length; cut++)
        {
            Assert.Equal((data, commands), Taken([wire[..cut], wire[cut..]]));
        }

        Assert.Equal((data, commands), Taken([.. wire.Select(value => new[] { value })]));
    }

    [Fact]
    public void Any_bytes_whatever_are_taken_and_data_never_grows()
    {
        Random random = new(20170901);
        TelnetDecoder decoder = new();
        byte[] data = new byte[64];
        for (int round = 0; round < 100_000; round++)
        {
            byte[] noise = new byte[random.Next(1, 64)];
            random.NextBytes(noise);
            for (int i = 0; i < noise.Length; i += 3)
            {
                noise[i] = random.Next(4) == 0 ? (byte)0xFF : noise[i];
            }

            ReadOnlySpan<byte> wire = noise;
            int all = 0;
            while (!wire.IsEmpty)
            {
                int before = wire.Length;
                decoder.Take(ref wire, data, out int count);
                all += count;
                Assert.True(wire.Length < before);
            }

            Assert.True(all <= noise.Length);
        }
    }

    [Fact]
    public void Data_is_written_with_FF_doubled()
    {
        ArrayBufferWriter<byte> wire = new();
        ComPort.Data(wire, [0x01, 0xFF, 0x02]);
        Assert.Equal(Bytes("01 FF FF 02"), wire.WrittenSpan.ToArray());
    }

    private static (string Data, string Commands) Taken(byte[][] reads)
    {
        TelnetDecoder decoder = new();
        List<byte> data = [];
        string commands = "";
        byte[] room = new byte[64];
        foreach (byte[] read in reads)
        {
            ReadOnlySpan<byte> wire = read;
            while (!wire.IsEmpty)
            {
                TelnetCommand? command = decoder.Take(ref wire, room, out int count);
                data.AddRange(room.AsSpan(0, count));
                commands += command is not { } said ? "" : said.Verb == TelnetDecoder.Begin
                    ? $"SB {said.Option:X2} {Convert.ToHexString(said.Payload.Span)}; "
                    : $"{(said.Verb == TelnetDecoder.Do ? "DO" : "other")} {said.Option:X2}; ";
            }
        }

        return (Convert.ToHexString([.. data]), commands);
    }

    private static byte[] Bytes(params string[] hex) => Convert.FromHexString(string.Concat(hex).Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A server that says what a test tells it to.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource deadline = new(Deadline);
        private Socket? client;

        internal Server() => listener.Start();

        internal Task<Rfc2217Link> OpenAsync(LinkSettings.Rfc2217 settings, Action<LineErrors>? erred = null) => Rfc2217Link.OpenAsync(
            settings with { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, new CountingClock(), TimeProvider.System, deadline.Token, erred).AsTask();

        internal async Task<Rfc2217Link> OpenedAsync(LinkSettings.Rfc2217 settings, Action<LineErrors>? erred = null)
        {
            Task<Rfc2217Link> opening = OpenAsync(settings, erred);
            await ExpectAsync(Offer.Length);
            await SendAsync(Bytes("FF FD 2C"));
            await ExpectAsync(Orders.Length);
            await SendAsync(Answers);
            return await opening.WaitAsync(Deadline);
        }

        internal async Task<byte[]> ExpectAsync(int count)
        {
            client ??= await listener.AcceptSocketAsync(deadline.Token);
            byte[] bytes = new byte[count];
            for (int got = 0; got < count;)
            {
                int read = await client.ReceiveAsync(bytes.AsMemory(got), deadline.Token);
                Assert.True(read > 0, $"only {got} of {count} bytes came");
                got += read;
            }

            return bytes;
        }

        internal async Task SendAsync(byte[] bytes) => await client!.SendAsync(bytes, deadline.Token);

        internal void HangUp() => client!.Dispose();

        public void Dispose()
        {
            listener.Dispose();
            client?.Dispose();
            deadline.Dispose();
        }
    }
}
