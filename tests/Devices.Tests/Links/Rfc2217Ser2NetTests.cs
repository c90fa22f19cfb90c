using System.Reflection;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>The client against Debian's ser2net: the whole contract of a link that carries bytes, and what the server makes of the settings.</summary>
public sealed class Rfc2217Ser2NetTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Promises =>
        [.. typeof(Contract).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name)];

    [Ser2NetTheory]
    [MemberData(nameof(Promises))]
    public async Task Every_promise_of_a_byte_link_is_kept(string promise) =>
        await (Task)typeof(Contract).GetMethod(promise)!.Invoke(new Contract(), null)!;

    [Ser2NetTheory]
    [InlineData(4800)]
    [InlineData(92_160)]
    [InlineData(250_000)]
    public async Task The_speed_is_set_at_the_far_port(int baud)
    {
        using Ser2Net server = new();
        await using Rfc2217Link link = await OpenAsync(new LinkSettings.Rfc2217("127.0.0.1", server.Port, baud));
        Assert.Equal((uint)baud, server.Device.Speed());
        Assert.Null(link.Remark);
        Assert.Equal($"rfc2217://127.0.0.1:{server.Port}", link.Path);
    }

    /// <summary>It tells its modem lines without being asked: of a pseudo terminal, that there are none held.</summary>
    [Ser2NetTheory]
    [InlineData(9600)]
    public async Task The_modem_lines_come_unasked(int baud)
    {
        using Ser2Net server = new();
        await using Rfc2217Link link = await OpenAsync(new LinkSettings.Rfc2217("127.0.0.1", server.Port, baud));
        using var deadline = new CancellationTokenSource(Deadline);
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await server.Device.WriteAsync((byte[])[1], deadline.Token);
        Assert.True(await next);
        Assert.True(link.HasInputs);
        Assert.Equal(SerialInputs.None, link.Inputs);
    }

    [Ser2NetTheory]
    [InlineData("telnet,tcp")]
    public async Task A_server_without_the_option_is_used_as_it_is_set_and_said_so(string accepter)
    {
        using Ser2Net server = new(accepter);
        await using Rfc2217Link link = await OpenAsync(new LinkSettings.Rfc2217("127.0.0.1", server.Port, 250_000));
        Assert.Equal("the server has no RFC 2217: set speed and parity there", link.Remark);
        Assert.Equal(9600u, server.Device.Speed());

        // still telnet: FF is doubled on the way
        using var deadline = new CancellationTokenSource(Deadline);
        byte[] said = [0x01, 0xFF, 0xFF, 0x02];
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await server.Device.WriteAsync(said, deadline.Token);
        Assert.True(await next);
        Assert.Equal(said, arrivals.Current.Bytes.ToArray());
    }

    [Ser2NetTheory]
    [InlineData("tcp")]
    public async Task A_raw_port_is_no_telnet_server(string accepter)
    {
        using Ser2Net server = new(accepter);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new LinkSettings.Rfc2217("127.0.0.1", server.Port, 9600) { ConfiguredAt = "devices[0].link" }));
        Assert.Equal($"settings the port refuses: rfc2217://127.0.0.1:{server.Port}, correct devices[0].link or the server's own (no answer within 3 s)", failure.Message);
    }

    private static Task<Rfc2217Link> OpenAsync(LinkSettings.Rfc2217 settings) =>
        Rfc2217Link.OpenAsync(settings, new CountingClock(), TimeProvider.System, CancellationToken.None).AsTask().WaitAsync(Deadline);

    // not public: its facts are run above, where they can be skipped
    private sealed class Contract : ByteLinkContract
    {
        protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
        {
            Ser2Net server = new();
            Rfc2217Link link = await Rfc2217Link.OpenAsync(new LinkSettings.Rfc2217("127.0.0.1", server.Port, 115_200), clock, Time, CancellationToken.None);
            return (link, new Device(server, link.Path));
        }
    }

    private sealed class Device(Ser2Net server, string name) : IByteFarEnd
    {
        private int disposed;

        public string Name => name;

        public Task<int> ReadAsync(byte[] buffer, CancellationToken cancel) => server.Device.ReadAsync(buffer, cancel);

        public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => server.Device.WriteAsync(bytes, cancel);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                server.Dispose();
            }
        }
    }
}
