using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>What every link promises, run over each implementation against the real thing at its other end.</summary>
public abstract class LinkContract
{
    /// <summary>No test waits longer; a healthy link needs a small part of it.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private const int Seed = 20170901;
    private const int Amount = 200_000;

    /// <summary>An open link and the device at its other end.</summary>
    protected abstract Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock);

    [Fact]
    public async Task Bytes_arrive_exactly_and_in_order_in_both_directions_at_once()
    {
        await using Line line = await LineAsync();
        byte[] fromDevice = RandomBytes(Seed);
        byte[] fromHost = RandomBytes(Seed + 1);

        Task sendDown = InChunksAsync(fromHost, Seed + 2, chunk => line.Link.WriteAsync(chunk, line.Ends));
        Task sendUp = InChunksAsync(fromDevice, Seed + 3, chunk => new ValueTask(line.Far.WriteAsync(chunk, line.Ends)));
        Task<byte[]> gotDown = CollectFarAsync(line);
        Task<byte[]> gotUp = CollectAsync(line.Link, Amount, line.Ends);

        await Task.WhenAll(sendDown, sendUp, gotDown, gotUp);
        Assert.Equal(fromDevice, await gotUp);
        Assert.Equal(fromHost, await gotDown);
    }

    [Fact]
    public async Task Every_byte_value_passes_unchanged()
    {
        await using Line line = await LineAsync();
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        await line.Far.WriteAsync(all, line.Ends);
        Assert.Equal(all, await CollectAsync(line.Link, all.Length, line.Ends));

        await line.Link.WriteAsync(all, line.Ends);
        byte[] buffer = new byte[256];
        int count = 0;
        while (count < all.Length)
        {
            byte[] part = new byte[256];
            int read = await line.Far.ReadAsync(part, line.Ends);
            part.AsSpan(0, read).CopyTo(buffer.AsSpan(count));
            count += read;
        }

        Assert.Equal(all, buffer);
    }

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
        await line.Far.WriteAsync(new byte[] { 1, 2, 3 }, line.Ends);
        IAsyncEnumerator<Arrival> arrivals = line.Link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        List<byte> heard = [];
        while (heard.Count < 3 && await arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline))
        {
            heard.AddRange(arrivals.Current.Bytes.Span);
        }

        line.Far.Dispose();

        Assert.Equal([1, 2, 3], heard);
        await Assert.ThrowsAsync<IOException>(() => arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
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
            await line.Far.WriteAsync(new byte[] { (byte)expected }, line.Ends);
            Assert.True(await arrivals.MoveNextAsync());
            Assert.Equal([(byte)expected], arrivals.Current.Bytes.ToArray());
            Assert.Equal(expected, arrivals.Current.AtNs);
        }
    }

    [Fact]
    public async Task A_write_nobody_takes_fails_at_its_deadline_instead_of_waiting_for_ever()
    {
        await using Line line = await LineAsync();
        byte[] block = new byte[1 << 20];
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (int blocks = 0; blocks < 64; blocks++)
            {
                await line.Link.WriteAsync(block, line.Ends);
            }
        });
    }

    private static byte[] RandomBytes(int seed)
    {
        byte[] bytes = new byte[Amount];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task InChunksAsync(byte[] bytes, int seed, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        var sizes = new Random(seed);
        for (int sent = 0; sent < bytes.Length;)
        {
            int size = Math.Min(sizes.Next(1, 900), bytes.Length - sent);
            await send(bytes.AsMemory(sent, size));
            sent += size;
        }
    }

    private static async Task<byte[]> CollectAsync(ILink link, int amount, CancellationToken cancel)
    {
        List<byte> bytes = [];
        await foreach (Arrival arrival in link.ReadAsync(cancel))
        {
            bytes.AddRange(arrival.Bytes.Span);
            if (bytes.Count >= amount)
            {
                break;
            }
        }

        return [.. bytes];
    }

    private static async Task<byte[]> CollectFarAsync(Line line)
    {
        List<byte> bytes = [];
        byte[] buffer = new byte[4096];
        while (bytes.Count < Amount)
        {
            int count = await line.Far.ReadAsync(buffer, line.Ends);
            Assert.True(count > 0, $"only {bytes.Count} of {Amount} bytes came down");
            bytes.AddRange(buffer.AsSpan(0, count));
        }

        return [.. bytes];
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

    private async Task<Line> LineAsync(ITapeClock? clock = null)
    {
        (ILink link, IFarEnd far) = await OpenAsync(clock ?? new CountingClock());
        return new Line(link, far);
    }

    private sealed class Line(ILink link, IFarEnd far) : IAsyncDisposable
    {
        private readonly CancellationTokenSource deadline = new(Deadline);

        public ILink Link => link;

        public IFarEnd Far => far;

        public string Name => far.Name;

        public CancellationToken Ends => deadline.Token;

        public async ValueTask DisposeAsync()
        {
            await link.DisposeAsync();
            far.Dispose();
            deadline.Dispose();
        }
    }
}

/// <summary>The device at the other end of a link under test.</summary>
public interface IFarEnd : IDisposable
{
    /// <summary>What an error message must name.</summary>
    string Name { get; }

    Task<int> ReadAsync(byte[] buffer, CancellationToken cancel);

    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);
}

/// <summary>1, 2, 3 …: shows that a stamp is taken once for each arrival.</summary>
public sealed class CountingClock : ITapeClock
{
    private long count;

    public long NowNs => Interlocked.Increment(ref count);
}
