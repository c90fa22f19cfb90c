using System.Text;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

public sealed class IiodLinkTests : LinkContract, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(5);

    private readonly WaitingTime time = new();
    private readonly ScriptedIiod daemon = new();

    public void Dispose() => daemon.Dispose();

    [Fact]
    public async Task A_poll_asks_for_each_attribute_in_turn_and_writes_the_lines_of_the_tape()
    {
        await using ILink link = await SiteAsync("site-b", new IiodAttribute("voltage1", "scale"), new IiodAttribute("voltage1", "raw"), new IiodAttribute("voltage0", "raw"));
        Assert.Equal(["site-b/in_voltage1_scale\t0.062500000\n", "site-b/in_voltage1_raw\t1001\n", "site-b/in_voltage0_raw\t1000\n"], await PollAsync(link, 3));
        Assert.Equal($"iiod://127.0.0.1:{daemon.Port}/iio:device1", link.Path);
    }

    [Fact]
    public async Task An_error_the_daemon_answers_is_a_line_and_the_connection_is_kept()
    {
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"), new IiodAttribute("voltage1", "raw"));
        daemon.Instead = c => c.Channel == "voltage0" ? "-16\n"u8.ToArray() : null;
        Assert.Equal(["site-a/in_voltage0_raw\t-16\n", "site-a/in_voltage1_raw\t0001\n"], await PollAsync(link, 2));
        Assert.Equal(["site-a/in_voltage0_raw\t-16\n", "site-a/in_voltage1_raw\t0001\n"], await PollAsync(link, 2));
        Assert.Equal(1, daemon.Connected);
    }

    [Fact]
    public async Task A_negative_count_is_no_error()
    {
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"));
        daemon.Instead = _ => "3\n-7\0\n"u8.ToArray();
        Assert.Equal(["site-a/in_voltage0_raw\t-7.0\n"], await PollAsync(link, 1));
    }

    [Fact]
    public async Task A_late_answer_ends_the_connection_and_reaches_nobody()
    {
        // the late answer would be 0; taken for the next question's, input 1 would show what is on input 0
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"), new IiodAttribute("voltage1", "raw"));
        await PollAsync(link, 2);
        daemon.HoldBack = c => c.Channel == "voltage0";
        (List<string> lines, IOException lost) = await PollToTheEndAsync(link);
        Assert.Equal(["site-a/in_voltage0_raw\t-110\n"], lines);
        Assert.Contains("lost: in_voltage0_raw was not read in time", lost.Message, StringComparison.Ordinal);

        await daemon.ReleaseAsync();
        await Assert.ThrowsAsync<IOException>(() => link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask().WaitAsync(Deadline));
        await using ILink anew = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"), new IiodAttribute("voltage1", "raw"));
        Assert.Equal(["site-a/in_voltage0_raw\t0000\n", "site-a/in_voltage1_raw\t0001\n"], await PollAsync(anew, 2));
        Assert.Equal(2, daemon.Connected);
    }

    [Fact]
    public async Task The_daemons_own_time_out_ends_the_connection_too()
    {
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"));
        daemon.Instead = _ => "-110\n"u8.ToArray();
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await time.PassAsync(Period / 2, Period);
        Assert.True(await next.WaitAsync(Deadline));
        Assert.Equal("site-a/in_voltage0_raw\t-110\n", Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
        await Assert.ThrowsAsync<IOException>(() => arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
    }

    [Theory]
    [InlineData("5\n0000\0\n5\n0000\0\n")]       // two answers to one question
    [InlineData("5\n0000\0\n\n")]
    [InlineData("hello\n")]
    [InlineData("4\n0000\0\n")]
    [InlineData("200\n")]
    public async Task An_answer_that_is_not_exactly_one_ends_the_connection(string answer)
    {
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"), new IiodAttribute("voltage1", "raw"));
        daemon.Instead = _ => Encoding.ASCII.GetBytes(answer);
        (List<string> lines, IOException lost) = await PollToTheEndAsync(link, late: false);
        Assert.Empty(lines);
        Assert.Contains($"iiod://127.0.0.1:{daemon.Port}/iio:device0 lost: ", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_question_is_a_stop_and_the_connection_is_used_no_more()
    {
        await using ILink link = await SiteAsync("site-a", new IiodAttribute("voltage0", "raw"));
        daemon.HoldBack = c => c.Channel is not null;
        using CancellationTokenSource stop = new();
        Task<bool> next = link.ReadAsync(stop.Token).GetAsyncEnumerator().MoveNextAsync().AsTask();
        await time.PassAsync(Period / 2, Period);
        await daemon.Held.WaitAsync(Deadline);
        await stop.CancelAsync();
        Assert.False(await next.WaitAsync(Deadline));
        await daemon.ReleaseAsync();

        Task<bool> again = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();
        await time.PassAsync(Period / 2, Period);
        await Assert.ThrowsAsync<IOException>(() => again.WaitAsync(Deadline));
    }

    [Theory]
    [InlineData("site-c", "voltage0", "raw", "no device is called site-c; there are site-a, site-b")]
    [InlineData("ads1015", "voltage0", "raw", "2 devices are called ads1015: write the label or id of one (site-a, site-b)")]
    [InlineData("site-a", "voltage7", "raw", "iio:device0 has no attribute raw of an input voltage7")]
    [InlineData("site-a", "voltage0", "input", "iio:device0 has no attribute input of an input voltage0")]
    [InlineData("site-a", null, "raw", "iio:device0 has no attribute raw")]
    public async Task What_the_context_does_not_have_is_named_with_where_to_correct_it(string device, string? channel, string attribute, string because)
    {
        IOException failure = await Assert.ThrowsAsync<IOException>(() => SiteAsync(device, new IiodAttribute(channel, attribute)));
        Assert.Equal($"no IIO device: tcp://127.0.0.1:{daemon.Port}, start iiod there or correct devices[0].link.host, .port and .device ({because})", failure.Message);
    }

    [Fact]
    public async Task A_port_where_something_else_answers_is_no_iiod()
    {
        daemon.Instead = _ => "SSH-2.0-OpenSSH_9.2\n"u8.ToArray();
        IOException failure = await Assert.ThrowsAsync<IOException>(() => SiteAsync("site-a", new IiodAttribute("voltage0", "raw")));
        Assert.Contains("what answered is no answer of an iiod (noise)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_takes_the_connection_and_says_nothing_is_given_up()
    {
        daemon.HoldBack = _ => true;
        Task<ILink> opening = SiteAsync("site-a", new IiodAttribute("voltage0", "raw"));
        await daemon.Held.WaitAsync(Deadline);
        await time.PassAsync(ReplyLimit, ReplyLimit);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Deadline));
        Assert.Contains("no answer within 5 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_factory_opens_it()
    {
        LinkFactory factory = new(new CountingClock(), time);
        await using ILink link = await factory.OpenAsync(Settings("site-a", new IiodAttribute("voltage0", "raw")), CancellationToken.None);
        Assert.Equal(["site-a/in_voltage0_raw\t0000\n"], await PollAsync(link, 1));
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        ILink link = await IiodPolled.OpenAsync(
            Settings("site-a", new IiodAttribute("voltage0", "scale"), new IiodAttribute("voltage0", "raw")), clock, time, CancellationToken.None);
        return (link, new Board(daemon, time));
    }

    private LinkSettings.Iiod Settings(string device, params IiodAttribute[] attributes) =>
        new("127.0.0.1", daemon.Port, device, attributes) { Period = Period, ReplyLimit = ReplyLimit, ConfiguredAt = "devices[0].link" };

    private async Task<ILink> SiteAsync(string device, params IiodAttribute[] attributes) =>
        await IiodPolled.OpenAsync(Settings(device, attributes), new CountingClock(), time, CancellationToken.None);

    private async Task<List<string>> PollAsync(ILink link, int count)
    {
        List<string> lines = [];
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await time.PassAsync(Period / 2, Period);
        for (int line = 0; line < count; line++)
        {
            Assert.True(await next.WaitAsync(Deadline));
            lines.Add(Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
            next = line < count - 1 ? arrivals.MoveNextAsync().AsTask() : next;
        }

        await arrivals.DisposeAsync();
        return lines;
    }

    /// <summary>One poll that ends with the loss of the line.</summary>
    /// <param name="late">An answer is held back, and its deadline passes.</param>
    private async Task<(List<string> Lines, IOException Lost)> PollToTheEndAsync(ILink link, bool late = true)
    {
        List<string> lines = [];
        Task reading = Task.Run(async () =>
        {
            await foreach (Arrival arrival in link.ReadAsync(CancellationToken.None))
            {
                lines.Add(Encoding.ASCII.GetString(arrival.Bytes.Span));
            }
        });
        await time.PassAsync(Period / 2, Period);
        if (late)
        {
            await daemon.Held.WaitAsync(Deadline);
            time.Advance(ReplyLimit);
        }

        return (lines, await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline)));
    }

    private sealed class Board(ScriptedIiod daemon, WaitingTime time) : IFarEnd
    {
        public string Name { get; } = $"iiod://127.0.0.1:{daemon.Port}/iio:device0";

        public async Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            bool scale = what % 2 == 1;
            if (scale)
            {
                await time.PassAsync(Period / 2, Period);
            }

            return Encoding.ASCII.GetBytes(scale ? "site-a/in_voltage0_scale\t0.062500000\n" : "site-a/in_voltage0_raw\t0000\n");
        }

        public void Dispose()
        {
            daemon.Dispose();
            time.Elapses = Period;
            time.Advance(Period);
        }
    }
}
