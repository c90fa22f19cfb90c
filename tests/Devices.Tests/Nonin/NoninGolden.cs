namespace Vascular.Devices.Tests.Nonin;

/// <summary>Frames of the protocol page, as printed there.</summary>
internal static class NoninGolden
{
    /// <summary>HR 72, SpO2 97, SREV 0x31, TMR 1234, SPA set, green pulse marker on frames 6 to 17, pleth 32768 + 6000 sin.</summary>
    public static byte[] Packet => Wire.Hex("""
        81 80 00 00 01  80 82 5A 48 A4  80 84 AE 61 13  80 86 F6 31 2D  80 89 2C 00 35
        82 8B 4B 09 61  82 8D 4C 52 AD  82 8F 2A 20 5B  82 90 E2 61 55  82 92 6E 61 E3
        82 93 CA 61 40  82 94 F3 00 09  82 95 E6 00 FD  82 96 A0 00 B8  82 97 20 48 81
        82 97 64 61 DE  82 97 6C 61 E6  80 97 37 00 4E  80 96 C6 00 DC  80 96 1A 00 30
        80 95 35 48 92  80 94 19 00 2D  80 92 C9 48 23  80 91 49 00 5A  80 8F 9C 00 AB
        """);

    /// <summary>HR 142 with out of track, artefact and red marker: frames 1 and 2.</summary>
    public static byte[] PoorPulse => Wire.Hex("B5 9C 40 01 92  B4 9C 4A 0E A8");

    /// <summary>Format 2, same numbers: a device set to another format.</summary>
    public static byte[] Format2Packet => Wire.Hex("""
        01 81 80 00 02  01 80 86 48 4F  01 80 8C 61 6E  01 80 92 31 44  01 80 97 00 18
        01 82 9D 09 29  01 82 A2 52 77  01 82 A7 20 4A  01 82 AB 61 8F  01 82 AF 61 93
        01 82 B3 61 97  01 82 B6 00 39  01 82 B8 00 3B  01 82 BA 00 3D  01 82 BB 48 86
        01 82 BC 61 A0  01 82 BC 61 A0  01 80 BB 00 3C  01 80 BA 00 3B  01 80 B9 00 3A
        01 80 B6 48 7F  01 80 B3 00 34  01 80 B0 48 79  01 80 AC 00 2D  01 80 A8 00 29
        """);
}
