using System.Globalization;
using Vascular.Devices.Interop;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

public sealed class TerminalLinkTests : SerialContract
{
    private readonly TerminalThread thread = new();

    [Theory]
    [InlineData("/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0", "usb-FTDI_FT232R_A50285BI-if00-port0")]
    [InlineData("/dev/ttyUSB0", null)]
    [InlineData("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0", null)]
    public void Only_a_name_by_id_is_an_identity(string path, string? identity) => Assert.Equal(identity, SerialClaim.IdentityOf(path));

    [Theory]
    [InlineData(9600)]
    [InlineData(31_250)]
    [InlineData(92_160)]
    [InlineData(250_000)]
    [InlineData(921_600)]
    public async Task Any_speed_is_set_as_a_number(int baud)
    {
        using var device = new PseudoTerminal();
        await using ILink link = Open(new LinkSettings.Serial(device.DevicePath, baud), new CountingClock());

        // asked by another opening of the same terminal, through the structure that carries speeds as numbers
        Assert.Equal((uint)baud, device.Speed());
    }

    [Fact]
    public async Task The_line_is_raw_and_blocks_until_a_byte_is_there()
    {
        using var device = new PseudoTerminal();
        device.MakeCooked();
        await using ILink link = Open(device.DevicePath);
        using var deadline = new CancellationTokenSource(Deadline);
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Task<bool> next = arrivals.MoveNextAsync().AsTask();

        // end of file, interrupt, XOFF, carriage return and delete of a cooked terminal
        byte[] said = [0x04, 0x03, 0x13, 0x0D, 0x7F];
        await device.WriteAsync(said, deadline.Token);
        Assert.True(await next);
        Assert.Equal(said, arrivals.Current.Bytes.ToArray());
    }

    [Fact]
    public async Task One_thread_serves_all_lines_and_ends_with_the_last()
    {
        PseudoTerminal[] devices = [.. Enumerable.Range(0, 16).Select(_ => new PseudoTerminal())];
        ILink[] links = [.. devices.Select(device => Open(device.DevicePath))];
        using var deadline = new CancellationTokenSource(Deadline);
        Task<bool>[] reading = [.. links.Select(link => link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token).MoveNextAsync().AsTask())];
        Assert.Equal(1, thread.Running);

        await Task.WhenAll(devices.Select(device => device.WriteAsync(new byte[] { 7 }, deadline.Token)));
        Assert.All(await Task.WhenAll(reading), Assert.True);

        await Task.WhenAll(links.Select(link => link.DisposeAsync().AsTask()));
        Assert.True(SpinWait.SpinUntil(() => thread.Running == 0, Deadline));
        Array.ForEach(devices, device => device.Dispose());

        using var again = new PseudoTerminal();
        await using ILink later = Open(again.DevicePath);
        Task<bool> next = later.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token).MoveNextAsync().AsTask();
        await again.WriteAsync(new byte[] { 8 }, deadline.Token);
        Assert.True(await next);
    }

    [Fact]
    public async Task Nobody_reading_holds_the_bytes_and_no_other_line()
    {
        using var idle = new PseudoTerminal();
        using var busy = new PseudoTerminal();
        await using ILink unread = Open(idle.DevicePath);
        await using ILink read = Open(busy.DevicePath);
        using var deadline = new CancellationTokenSource(Deadline);
        byte[] one = [1];

        // more reads than there are slots; each is waited for, so that none are joined by the kernel
        for (int i = 0; i < TerminalLine.Slots + 4; i++)
        {
            await idle.WriteAsync(one, deadline.Token);
            Task<bool> next = read.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token).MoveNextAsync().AsTask();
            await busy.WriteAsync(one, deadline.Token);
            Assert.True(await next);
        }

        int held = 0;
        await foreach (Arrival arrival in unread.ReadAsync(deadline.Token))
        {
            held += arrival.Bytes.Length;
            if (held == TerminalLine.Slots + 4)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task A_hang_up_behind_full_slots_is_told_after_their_bytes()
    {
        var device = new PseudoTerminal();
        await using ILink link = Open(device.DevicePath);
        using var deadline = new CancellationTokenSource(Deadline);
        for (int i = 0; i < TerminalLine.Slots; i++)
        {
            await device.WriteAsync(new byte[] { (byte)i }, deadline.Token);
            Assert.True(SpinWait.SpinUntil(() => ((TerminalLink)link).Held == i + 1, Deadline));
        }

        device.Dispose();

        List<byte> heard = [];
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (Arrival arrival in link.ReadAsync(deadline.Token))
            {
                heard.AddRange(arrival.Bytes.Span);
            }
        });
        Assert.Equal(Enumerable.Range(0, TerminalLine.Slots).Select(i => (byte)i), heard);
    }

    [Theory]
    [InlineData("16\n", "the USB adapter holds bytes back for up to 16 ms: write 1 to {0}/ttyUSB3/device/latency_timer")]
    [InlineData("1\n", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_USB_adapters_latency_timer_is_told_where_it_costs(string? timer, string? remark)
    {
        DirectoryInfo terminals = Directory.CreateTempSubdirectory("tty-");
        try
        {
            DirectoryInfo device = Directory.CreateDirectory(Path.Combine(terminals.FullName, "ttyUSB3", "device"));
            if (timer is not null)
            {
                File.WriteAllText(Path.Combine(device.FullName, "latency_timer"), timer);
            }

            string? expected = remark is null ? null : string.Format(CultureInfo.InvariantCulture, remark, terminals.FullName);
            Assert.Equal(expected, UsbLatency.Remark("/dev/ttyUSB3", terminals.FullName));
        }
        finally
        {
            terminals.Delete(recursive: true);
        }
    }

    protected override ILink Open(LinkSettings.Serial settings, ITapeClock clock) => TerminalLink.Open(settings, thread, clock, Time);
}
