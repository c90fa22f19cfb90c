using Vascular.Devices.Interop;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>What a serial port of this machine promises beyond any byte link, whatever reads it.</summary>
public abstract class SerialContract : ByteLinkContract, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("links-");

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract ILink Open(LinkSettings.Serial settings, ITapeClock clock);

    [Fact]
    public void A_missing_port_is_named_with_where_to_correct_it()
    {
        IOException failure = Assert.Throws<IOException>(() => Open("/dev/does-not-exist"));
        Assert.Equal("no such port: /dev/does-not-exist, plug it in or correct devices[0].link.path", failure.Message);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_a_missing_port()
    {
        string name = Path.Combine(folder.FullName, "port");
        File.CreateSymbolicLink(name, "/dev/does-not-exist");
        IOException failure = Assert.Throws<IOException>(() => Open(name));
        Assert.StartsWith("no such port: " + name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_port_is_refused_with_an_IOException()
    {
        string name = Path.Combine(folder.FullName, "not-a-port");
        File.WriteAllText(name, "text");
        IOException failure = Assert.Throws<IOException>(() => Open(name));
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_has_one_owner_until_it_is_closed()
    {
        using var device = new PseudoTerminal();
        await using (ILink first = Open(device.DevicePath))
        {
            IOException second = Assert.Throws<IOException>(() => Open(device.DevicePath));
            Assert.StartsWith("port in use by another process: " + device.DevicePath, second.Message, StringComparison.Ordinal);
        }

        await using ILink third = Open(device.DevicePath);
        Assert.StartsWith(device.DevicePath + " inode ", third.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_does_not_open_leaves_no_lock_behind()
    {
        using var device = new PseudoTerminal();
        var impossible = new LinkSettings.Serial(device.DevicePath, 9600) { DataBits = 9, ConfiguredAt = "devices[0].link" };
        IOException failure = Assert.Throws<IOException>(() => Open(impossible, new CountingClock()));
        Assert.Contains("devices[0].link", failure.Message, StringComparison.Ordinal);
        using FileLock? free = FileLock.TryTake(device.DevicePath);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task A_symbolic_link_is_followed_to_the_device()
    {
        using var device = new PseudoTerminal();
        string name = Path.Combine(folder.FullName, "toe-sensor");
        File.CreateSymbolicLink(name, device.DevicePath);
        await using ILink link = Open(name);
        Assert.StartsWith(device.DevicePath + " inode ", link.Path, StringComparison.Ordinal);
        Assert.Null(link.Identity);
    }

    [Fact]
    public async Task A_symbolic_link_moved_to_another_device_is_a_lost_line()
    {
        using var before = new PseudoTerminal();
        using var after = new PseudoTerminal();
        string name = Path.Combine(folder.FullName, "toe-sensor");
        File.CreateSymbolicLink(name, before.DevicePath);
        await using ILink link = Open(name);
        Task<bool> next = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();

        File.Delete(name);
        File.CreateSymbolicLink(name, after.DevicePath);

        IOException lost = await Assert.ThrowsAsync<IOException>(() => next.WaitAsync(Deadline));
        Assert.Equal($"{name} lost: another device is behind the path", lost.Message);
    }

    [Fact]
    public async Task A_path_removed_while_the_line_still_stands_is_a_lost_line()
    {
        using var device = new PseudoTerminal();
        string name = Path.Combine(folder.FullName, "toe-sensor");
        File.CreateSymbolicLink(name, device.DevicePath);
        await using ILink link = Open(name);
        Task<bool> next = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();

        File.Delete(name);

        IOException lost = await Assert.ThrowsAsync<IOException>(() => next.WaitAsync(Deadline));
        Assert.Equal($"{name} lost: the device file is gone", lost.Message);
    }

    [Fact]
    public async Task Traffic_does_not_look_like_another_device()
    {
        using var device = new PseudoTerminal();
        DeviceFile? before = DeviceFile.Find(device.DevicePath);
        await using ILink link = Open(device.DevicePath);
        using var deadline = new CancellationTokenSource(Deadline);
        await link.WriteAsync(new byte[] { 1, 2, 3 }, deadline.Token);
        await device.ReadAsync(new byte[8], deadline.Token);
        await device.WriteAsync(new byte[] { 4 }, deadline.Token);
        Assert.True(await link.ReadAsync(deadline.Token).GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(before, DeviceFile.Find(device.DevicePath));
    }

    [Fact]
    public void A_node_made_anew_under_the_same_name_is_another_device()
    {
        string name = Path.Combine(folder.FullName, "node");
        File.WriteAllText(name, "");
        DeviceFile? before = DeviceFile.Find(name);
        File.Move(name, name + "-kept");
        File.WriteAllText(name, "");
        Assert.NotEqual(before, DeviceFile.Find(name));
        Assert.Equal(before?.Inode, DeviceFile.Find(name + "-kept")?.Inode);
    }

    protected override Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        var device = new PseudoTerminal();
        ILink link = Open(new LinkSettings.Serial(device.DevicePath, 115200), clock);
        return Task.FromResult<(ILink, IFarEnd)>((link, new Device(device)));
    }

    protected ILink Open(string path) => Open(new LinkSettings.Serial(path, 9600) { ConfiguredAt = "devices[0].link" }, new CountingClock());

    private sealed class Device(PseudoTerminal terminal) : IByteFarEnd
    {
        public string Name => terminal.DevicePath;

        public Task<int> ReadAsync(byte[] buffer, CancellationToken cancel) => terminal.ReadAsync(buffer, cancel);

        public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => terminal.WriteAsync(bytes, cancel);

        public void Dispose() => terminal.Dispose();
    }
}
