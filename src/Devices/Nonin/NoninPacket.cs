namespace Vascular.Devices.Nonin;

/// <summary>What a frame did to the packet it belongs to.</summary>
public enum NoninPacketStep
{
    /// <summary>Taken in, or passed over while no SYNC has been seen.</summary>
    Building,

    /// <summary>The 25th frame: the numbers are there.</summary>
    Complete,

    /// <summary>Frames are missing before this one: SYNC came early, or not when it was due. The half-built packet is discarded.</summary>
    FramesLost,
}

/// <summary>Gathers the numbers of 25 frames. Waits for SYNC at the start and after each loss; a packet with a hole never becomes numbers.</summary>
/// <remarks>Mutable and small: keep it in a field, hand it on by reference.</remarks>
public struct NoninPacket
{
    private Floats _floats;
    private int _next;      // index of the frame expected next, 0 to 24
    private bool _inPacket;

    /// <summary>Takes the next good frame.</summary>
    /// <param name="numerics">With Complete: the packet's numbers.</param>
    /// <param name="missing">With FramesLost: the smallest number of frames that explains it, 1 to 24; the truth may be that plus any multiple of 25.
    /// 0 when a SYNC that was due did not come, which says nothing about how many.</param>
    public NoninPacketStep Add(in NoninFrame frame, out NoninNumerics numerics, out int missing)
    {
        (numerics, missing) = (default, 0);
        NoninPacketStep step = NoninPacketStep.Building;
        if (_inPacket && frame.Sync != (_next == 0))
        {
            step = NoninPacketStep.FramesLost;
            missing = frame.Sync ? NoninCodec.FramesPerPacket - _next : 0;
            _inPacket = false;
        }

        if (!_inPacket)
        {
            if (!frame.Sync)
            {
                return step;
            }

            (_inPacket, _next) = (true, 0);
        }

        _floats[_next] = frame.Float;
        _next = (_next + 1) % NoninCodec.FramesPerPacket;
        if (_next != 0)
        {
            return step;
        }

        numerics = NoninNumerics.Read(_floats);
        return NoninPacketStep.Complete;
    }

    /// <summary>A frame was refused: what is half built is discarded, and the next SYNC begins anew.</summary>
    public void Break() => _inPacket = false;

    [System.Runtime.CompilerServices.InlineArray(NoninCodec.FramesPerPacket)]
    private struct Floats
    {
        private byte _first;
    }
}
