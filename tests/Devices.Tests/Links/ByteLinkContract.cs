using Microsoft.Extensions.Time.Testing;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>What a link promises that carries bytes as they are, in both directions.</summary>
public abstract class ByteLinkContract : LinkContract
{
    private const int Seed = 20170901;
    private const int Amount = 200_000;

    [Fact]
    public async Task Bytes_arrive_exactly_and_in_order_in_both_directions_at_once()
    {
        Time = new FakeTimeProvider();
        await using Line line = await LineAsync();
        byte[] fromDevice = RandomBytes(Seed);
        byte[] fromHost = RandomBytes(Seed + 1);

        Task sendDown = InChunksAsync(fromHost, Seed + 2, chunk => line.Link.WriteAsync(chunk, line.Ends));
        Task sendUp = InChunksAsync(fromDevice, Seed + 3, chunk => new ValueTask(Far(line).WriteAsync(chunk, line.Ends)));
        Task<byte[]> gotDown = CollectFarAsync(line);
        Task<byte[]> gotUp = CollectAsync(line, Amount);

        await Task.WhenAll(sendDown, sendUp, gotDown, gotUp);
        Assert.Equal(fromDevice, await gotUp);
        Assert.Equal(fromHost, await gotDown);
    }

    [Fact]
    public async Task Every_byte_value_passes_unchanged()
    {
        await using Line line = await LineAsync();
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        await Far(line).WriteAsync(all, line.Ends);
        Assert.Equal(all, await CollectAsync(line, all.Length));

        await line.Link.WriteAsync(all, line.Ends);
        byte[] buffer = new byte[256];
        int count = 0;
        while (count < all.Length)
        {
            byte[] part = new byte[256];
            int read = await Far(line).ReadAsync(part, line.Ends);
            part.AsSpan(0, read).CopyTo(buffer.AsSpan(count));
            count += read;
        }

        Assert.Equal(all, buffer);
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

    private static async Task<byte[]> CollectAsync(Line line, int amount)
    {
        List<byte> bytes = [];
        await foreach (Arrival arrival in line.Link.ReadAsync(line.Ends))
        {
            line.Alive();
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
            int count = await Far(line).ReadAsync(buffer, line.Ends);
            line.Alive();
            Assert.True(count > 0, $"only {bytes.Count} of {Amount} bytes came down");
            bytes.AddRange(buffer.AsSpan(0, count));
        }

        return [.. bytes];
    }

    private static IByteFarEnd Far(Line line) => (IByteFarEnd)line.Far;
}

/// <summary>A far end that takes and gives bytes.</summary>
public interface IByteFarEnd : IFarEnd
{
    Task<int> ReadAsync(byte[] buffer, CancellationToken cancel);

    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    async Task<byte[]> IFarEnd.SpeakAsync(int what, CancellationToken cancel)
    {
        byte[] said = [(byte)what, 0x80];
        await WriteAsync(said, cancel);
        return said;
    }
}
