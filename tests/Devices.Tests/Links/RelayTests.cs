using System.Net;
using System.Net.Sockets;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>Listening only, and the second reader of a device.</summary>
public sealed class RelayTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_device_that_is_listened_to_only_is_never_written_to()
    {
        using var device = new PseudoTerminal();
        await using LinkFactory factory = new(new CountingClock(), TimeProvider.System);
        await using ILink link = await factory.OpenAsync(new LinkSettings.Serial(device.DevicePath, 9600) { ListenOnly = true }, CancellationToken.None);
        using var deadline = new CancellationTokenSource(Deadline);

        IOException refused = await Assert.ThrowsAsync<IOException>(() => link.WriteAsync(new byte[] { 1 }, deadline.Token).AsTask());
        Assert.Equal($"{link.Path} is listened to only: nothing was sent", refused.Message);

        await device.WriteAsync(new byte[] { 5 }, deadline.Token);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await arrivals.MoveNextAsync());
        Assert.Equal([5], arrivals.Current.Bytes.ToArray());

        // what the device itself would have heard
        using var now = new CancellationTokenSource();
        Task<int> hearing = device.ReadAsync(new byte[8], now.Token);
        await now.CancelAsync();
        Assert.Equal(0, await hearing);
    }

    [Fact]
    public async Task A_second_reader_gets_the_devices_bytes_and_cannot_speak_to_it()
    {
        using var device = new PseudoTerminal();
        int port = FreePort();
        await using LinkFactory factory = new(new CountingClock(), TimeProvider.System);
        var settings = new LinkSettings.Serial(device.DevicePath, 9600) { Relay = new RelaySettings(port) };
        using var deadline = new CancellationTokenSource(Deadline);
        await using ILink link = await factory.OpenAsync(settings, deadline.Token);
        using Socket reader = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await reader.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
        await reader.SendAsync(new byte[] { 0x77 }, deadline.Token);

        byte[] heard = new byte[2];
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        // the reader may have been let in after the first bytes: it gets what comes from then on
        byte said = 0;
        Task<int> reading = reader.ReceiveAsync(heard.AsMemory(), deadline.Token).AsTask();
        while (!reading.IsCompleted)
        {
            await device.WriteAsync(new[] { ++said }, deadline.Token);
            Assert.True(await arrivals.MoveNextAsync());
            Assert.Equal([said], arrivals.Current.Bytes.ToArray());
        }

        Assert.InRange(heard[0], 1, said);
        using var now = new CancellationTokenSource();
        Task<int> hearing = device.ReadAsync(new byte[8], now.Token);
        await now.CancelAsync();
        Assert.Equal(0, await hearing);
    }

    [Fact]
    public async Task A_reader_that_does_not_keep_up_is_dropped_and_counted_and_nobody_waits_for_it()
    {
        List<string> remarks = [];
        await using Relay relay = new(new RelaySettings(0), remarks.Add);
        using Socket slow = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket quick = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await slow.ConnectAsync(IPAddress.Loopback, relay.Port);
        await quick.ConnectAsync(IPAddress.Loopback, relay.Port);
        Assert.True(SpinWait.SpinUntil(() => relay.Readers == 2, Deadline));
        using var deadline = new CancellationTokenSource(Deadline);
        byte[] block = new byte[65_536];
        long handed = 0;
        while (relay.Dropped == 0)
        {
            relay.Hand(block);
            handed += block.Length;
            byte[] room = new byte[block.Length];
            for (int got = 0; got < room.Length;)
            {
                got += await quick.ReceiveAsync(room.AsMemory(got), deadline.Token);
            }
        }

        Assert.Equal("a reader of the relay did not keep up and was dropped (1 so far)", Assert.Single(remarks));
        Assert.Equal(1, relay.Readers);
        Assert.True(handed > (long)Relay.Behind * block.Length);
    }

    [Fact]
    public async Task It_is_bound_to_this_machine_unless_told_otherwise()
    {
        await using Relay relay = new(new RelaySettings(0), static _ => { });
        Assert.Equal(IPAddress.Loopback, new RelaySettings(1).Address);
        Assert.Contains($"0100007F:{relay.Port:X4} 00000000:0000 0A", await File.ReadAllTextAsync("/proc/net/tcp"), StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
