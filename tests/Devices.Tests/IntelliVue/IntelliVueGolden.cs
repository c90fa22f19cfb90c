namespace Vascular.Devices.Tests.IntelliVue;

/// <summary>Messages of the protocol page: the poll is two programs', the results are constructed there.</summary>
internal static class IntelliVueGolden
{
    public static byte[] Poll => Wire.Hex("E1 00 00 02 00 01 00 1C 00 00 00 07 00 16 00 21 00 00 00 00 00 00 00 00 0C 16 00 08 00 01 00 01 00 06 00 00");

    public static byte[] SerialPoll => [.. Wire.Hex("C0 11 01 00 24"), .. Poll, .. Wire.Hex("8E 95 C1")];

    /// <summary>2024-03-05 14:07:09, handle 0101 tcpO2 42.0 mmHg, handle 0102 sensor 44.1 degrees.</summary>
    public static byte[] Result => Wire.Hex("""
        E1 00 00 02 00 02 00 66 00 01 00 07 00 60 00 21 00 00 00 00 0C 16 00 56 00 01 00 07 53 00 20 24
        03 05 14 07 09 00 00 01 00 06 00 00 00 01 00 3E 00 00 00 02 00 38 01 01 00 02 00 16 09 24 00 04
        00 02 50 D0 09 50 00 0A 50 D0 00 00 0F 20 FF 00 01 A4 01 02 00 02 00 16 09 24 00 04 00 02 F0 3F
        09 50 00 0A F0 3F 00 00 17 A0 FF 00 01 B9
        """);

    public static byte[] Invalid => Wire.Hex("""
        E1 00 00 02 00 02 00 4A 00 02 00 07 00 44 00 21 00 00 00 00 0C 16 00 3A 00 02 00 07 72 40 20 24
        03 05 14 07 10 00 00 01 00 06 00 00 00 01 00 22 00 00 00 01 00 1C 01 01 00 02 00 16 09 24 00 04
        00 02 50 D0 09 50 00 0A 50 D0 80 00 0F 20 00 7F FF FF
        """);

    /// <summary>Extended poll, linked result "first", 38.5 mmHg while calibrating.</summary>
    public static byte[] Calibrating => Wire.Hex("""
        E1 00 00 02 00 05 00 46 01 01 00 01 00 07 00 3E 00 21 00 00 00 00 F1 3B 00 34 00 01 00 01 00 07
        91 80 20 24 03 05 14 07 11 00 00 01 00 06 00 00 00 01 00 1A 00 00 00 01 00 14 01 01 00 01 00 0E
        09 50 00 0A 50 D0 10 00 0F 20 FF 00 01 81
        """);

    public static byte[] CreateEvent => Wire.Hex("E1 00 00 02 00 01 00 1E 00 01 00 01 00 18 00 21 00 00 00 00 00 0A BD 00 0D 06 00 0A 00 21 00 00 00 00 00 00 00 00");

    public static byte[] CreateResult => Wire.Hex("E1 00 00 02 00 02 00 14 00 01 00 01 00 0E 00 21 00 00 00 00 00 0A BD 00 0D 06 00 00");

    public static byte[] Accept => Convert.FromHexString(
        "0ECE0508130100160102800014020002C1BE3180A0808001010000A280A00300" +
        "0001A58030808001008102510100003080800100810C2A8648CE140201000000" +
        "02010000000061803080020101A0806180A180060C2A8648CE14020100000003" +
        "010000A203020100A305A103020100BE80288002010281488000000040000000" +
        "000000000080000020000000000000000001002C000100288000000000001F40" +
        "0000057800000578FFFFFFFF600000000001000CF00100088800000000000000" +
        "00000000000000000000000000000000");
}
