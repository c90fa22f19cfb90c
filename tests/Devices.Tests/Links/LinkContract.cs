using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>What every link promises, run over each implementation with a device at its other end. Links that carry bytes promise more: <see cref="ByteLinkContract"/>.</summary>
public abstract class LinkContract
{
    /// <summary>No test waits longer; a healthy link needs a small part of it.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The time the link under test lives in. A test of bytes lets it stand still, so that a loaded machine meets no limit of a write.</summary>
    protected TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>An open link and the device at its other end.</summary>
    protected abstract Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock);

    [Fact]
    public async Task A_stop_ends_a_waiting_read_normally_and_fast()
    {
        await using Line line = await LineAsync();
        using var stop = new CancellationTokenSource();
        IAsyncEnumerator<Arrival> arrivals = line.Link.ReadAsync(stop.Token).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        await stop.CancelAsync();

        // the promise is 250 ms; the deadline leaves room for a loaded machine and is far below a native call that never ends
        Assert.False(await next.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_read_after_the_stop_ends_at_once()
    {
        await using Line line = await LineAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Assert.Empty(await ArrivalsAsync(line.Link, stop.Token));
    }

    [Fact]
    public async Task A_lost_line_ends_a_waiting_read_with_an_error_that_names_it()
    {
        await using Line line = await LineAsync();
        Task<List<Arrival>> reading = ArrivalsAsync(line.Link, CancellationToken.None);

        line.Far.Dispose();

        IOException lost = await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
        Assert.Contains(line.Name, lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_before_the_loss_are_delivered_before_the_error()
    {
        await using Line line = await LineAsync();
        IAsyncEnumerator<Arrival> arrivals = line.Link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        byte[] said = await line.Far.SpeakAsync(1, line.Ends);
        Assert.True(await next.WaitAsync(Deadline));
        byte[] heard = arrivals.Current.Bytes.ToArray();

        line.Far.Dispose();

        Assert.Equal(said, heard);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline))
            {
                // a device that is asked says with each read that it failed, before it is given up
            }
        });
    }

    [Fact]
    public async Task After_the_loss_reading_and_writing_fail_for_good()
    {
        await using Line line = await LineAsync();
        line.Far.Dispose();
        await Assert.ThrowsAsync<IOException>(() => ArrivalsAsync(line.Link, CancellationToken.None).WaitAsync(Deadline));

        await Assert.ThrowsAsync<IOException>(() => line.Link.WriteAsync(new byte[] { 1 }, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<IOException>(() => ArrivalsAsync(line.Link, CancellationToken.None));
    }

    [Fact]
    public async Task Closing_twice_is_closing_once_and_a_closed_link_is_a_lost_line()
    {
        await using Line line = await LineAsync();
        Task<List<Arrival>> reading = ArrivalsAsync(line.Link, CancellationToken.None);

        await line.Link.DisposeAsync();
        await line.Link.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
        await Assert.ThrowsAsync<IOException>(() => line.Link.WriteAsync(new byte[] { 1 }, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Every_arrival_is_stamped_once_by_the_clock_handed_in()
    {
        var clock = new CountingClock();
        await using Line line = await LineAsync(clock);
        IAsyncEnumerator<Arrival> arrivals = line.Link.ReadAsync(line.Ends).GetAsyncEnumerator();
        for (int expected = 1; expected <= 5; expected++)
        {
            Task<bool> next = arrivals.MoveNextAsync().AsTask();
            byte[] said = await line.Far.SpeakAsync(expected, line.Ends);
            Assert.True(await next.WaitAsync(Deadline));
            Assert.Equal(said, arrivals.Current.Bytes.ToArray());
            Assert.Equal(expected, arrivals.Current.AtNs);
        }
    }

    private static async Task<List<Arrival>> ArrivalsAsync(ILink link, CancellationToken cancel)
    {
        List<Arrival> arrivals = [];
        await foreach (Arrival arrival in link.ReadAsync(cancel))
        {
            arrivals.Add(arrival);
        }

        return arrivals;
    }

    protected async Task<Line> LineAsync(ITapeClock? clock = null)
    {
        (ILink link, IFarEnd far) = await OpenAsync(clock ?? new CountingClock());
        return new Line(link, far);
    }

    protected sealed class Line(ILink link, IFarEnd far) : IAsyncDisposable
    {
        private readonly CancellationTokenSource deadline = new(Deadline);

        public ILink Link => link;

        public IFarEnd Far => far;

        public string Name => far.Name;

        public CancellationToken Ends => deadline.Token;

        /// <summary>Something came: the deadline is for a line that hangs, not for a machine that is slow.</summary>
        public void Alive() => deadline.CancelAfter(Deadline);

        public async ValueTask DisposeAsync()
        {
            await link.DisposeAsync();
            far.Dispose();
            deadline.Dispose();
        }
    }
}

/// <summary>The device at the other end of a link under test; disposing it is the loss of the line.</summary>
public interface IFarEnd : IDisposable
{
    /// <summary>What an error message must name.</summary>
    string Name { get; }

    /// <summary>Makes the device say something, as one arrival.</summary>
    /// <param name="what">1 to 5, in this order; what it says may differ.</param>
    /// <returns>The bytes that must arrive.</returns>
    Task<byte[]> SpeakAsync(int what, CancellationToken cancel);
}

/// <summary>1, 2, 3 …: shows that a stamp is taken once for each arrival.</summary>
public sealed class CountingClock : ITapeClock
{
    private long count;

    public long NowNs => Interlocked.Increment(ref count);
}
