using System.Buffers;
using System.Text;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Registers;

/// <summary>Register lines, every way a tape or a link may cut them.</summary>
public class RegisterContractTests : CodecContract<string>
{
    protected override byte[] Golden => "ads1015/in_voltage0_scale\t0.062500000\nads1015/in_voltage0_raw\t3360\nads1015/in_voltage1_raw\t-110\nads1115/ain0\t0x0D20\n"u8.ToArray();

    protected override int GoldenFrames => 4;

    protected override int LongestLook => RegisterCodec.LongestLook;

    protected override byte[] Noise => "no line\n"u8.ToArray();

    /// <summary>The words made of a line here allocate; the codec itself is looked at below.</summary>
    protected override bool IsAllocationFree => false;

    protected override Read NewReader()
    {
        byte[] room = new byte[RegisterCodec.LongestLine];
        return (ref ReadOnlySequence<byte> wire, out string line, out WireFault fault) =>
        {
            OperationStatus status = RegisterCodec.TryRead(ref wire, room, out RegisterLine read, out fault);
            line = status == OperationStatus.Done ? $"{Encoding.ASCII.GetString(read.Device)}|{Encoding.ASCII.GetString(read.Register)}|{Encoding.ASCII.GetString(read.Value)}|{read.Errno}" : "";
            return status;
        };
    }

    [Fact]
    public void A_line_is_read_without_allocating()
    {
        byte[] stream = [.. Enumerable.Repeat(Golden, 50).SelectMany(b => b)];
        byte[] room = new byte[RegisterCodec.LongestLine];
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            ReadOnlySequence<byte> wire = new(stream);
            int lines = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (RegisterCodec.TryRead(ref wire, room, out _, out _) == OperationStatus.Done)
            {
                lines++;
            }

            // The runtime itself may allocate on this thread while it compiles; a line that allocates does so in every round.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(50 * GoldenFrames, lines);
        }

        Assert.Equal(0, least);
    }
}
