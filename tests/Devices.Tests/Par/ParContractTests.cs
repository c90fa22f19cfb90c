using System.Buffers;
using System.Text;
using Vascular.Devices.Par;

namespace Vascular.Devices.Tests.Par;

/// <summary>What a module says, every way it can arrive; the messages of <see cref="ParCodecTests"/>.</summary>
public class ParContractTests : CodecContract<ParFrame>
{
    protected override byte[] Golden => Encoding.ASCII.GetBytes("\u0002150C0S3\u0003\r\u0002032C0S4\u0003\r\u0002151C0S3\u0003\r\u0002999\u0003\r\u0002031C0S4\u0003\r");

    protected override int GoldenFrames => 5;

    protected override int LongestLook => ParCodec.LongestLook;

    protected override void Skip(ref ReadOnlySequence<byte> wire) => ParCodec.SkipSeparators(ref wire);

    protected override Read NewReader() => ParCodec.TryRead;
}
