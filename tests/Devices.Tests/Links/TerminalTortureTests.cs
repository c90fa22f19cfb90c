using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>Ten minutes at 92,160 bytes/s on each of four terminals at once, paced: every byte arrives, in order, or the test says which one did not.</summary>
public sealed class TerminalTortureTests
{
    private const int BytesPerSecond = 92_160;
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    [Fact]
    [Trait("Category", "Long")]
    public async Task No_byte_is_lost_in_ten_minutes()
    {
        var thread = new TerminalThread();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(line => CarryAsync(thread, line)));
    }

    private static async Task CarryAsync(TerminalThread thread, int line)
    {
        long all = BytesPerSecond * (long)Duration.TotalSeconds;
        using var deadline = new CancellationTokenSource(Duration * 2);
        using var device = new PseudoTerminal();
        await using TerminalLink link = TerminalLink.Open(new LinkSettings.Serial(device.DevicePath, BytesPerSecond * 10), thread, new CountingClock(), TimeProvider.System);
        Task speaking = SpeakAsync(device, all, line, deadline.Token);
        var expected = new Random(line);
        byte[] due = new byte[4096];
        long heard = 0;
        await foreach (Arrival arrival in link.ReadAsync(deadline.Token))
        {
            Span<byte> next = due.AsSpan(0, arrival.Bytes.Length);
            Fill(expected, next);
            int same = next.CommonPrefixLength(arrival.Bytes.Span);
            Assert.True(same == next.Length, $"line {line}: byte {heard + same} is another");
            heard += next.Length;
            if (heard == all)
            {
                break;
            }
        }

        Assert.Equal(all, heard);
        await speaking;
    }

    private static async Task SpeakAsync(PseudoTerminal device, long all, int line, CancellationToken cancel)
    {
        var source = new Random(line);
        using var timer = new PeriodicTimer(Beat, TimeProvider.System);
        long began = TimeProvider.System.GetTimestamp();
        long sent = 0;
        while (sent < all && await timer.WaitForNextTickAsync(cancel))
        {
            long due = Math.Min(all, (long)(BytesPerSecond * TimeProvider.System.GetElapsedTime(began).TotalSeconds));
            byte[] now = new byte[due - sent];
            Fill(source, now);
            await device.WriteAsync(now, cancel);
            sent = due;
        }
    }

    /// <summary>One byte a draw: the same stream however it is cut.</summary>
    private static void Fill(Random source, Span<byte> bytes)
    {
        foreach (ref byte value in bytes)
        {
            value = (byte)source.Next(256);
        }
    }
}
