using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// Publicizer <directory> <assembly>...: copies each assembly into the directory with internal members made public.
// Only accessibility bits in the metadata tables change, so no other tool or package is needed. An up-to-date copy is kept.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: Publicizer <output directory> <assembly>...");
    return 2;
}
Directory.CreateDirectory(args[0]);
foreach (string source in args[1..])
{
    string target = Path.Combine(args[0], Path.GetFileName(source));
    if (File.Exists(target) && File.GetLastWriteTimeUtc(target) >= File.GetLastWriteTimeUtc(source)) continue;
    string unfinished = target + "." + Environment.ProcessId;
    File.WriteAllBytes(unfinished, Publicize(File.ReadAllBytes(source)));
    File.Move(unfinished, target, overwrite: true);
}
return 0;

static byte[] Publicize(byte[] image)
{
    using var reader = new PEReader(new MemoryStream((byte[])image.Clone()));
    var metadata = reader.GetMetadataReader();
    int start = reader.PEHeaders.MetadataStartOffset;

    Span<byte> Row(TableIndex table, int row)
        => image.AsSpan(start + metadata.GetTableMetadataOffset(table) + ((row - 1) * metadata.GetTableRowSize(table)));

    for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.TypeDef); row++)
    {
        // Compiler-made types keep their names to themselves: public ones of several assemblies would clash.
        if (metadata.GetString(metadata.GetTypeDefinition(MetadataTokens.TypeDefinitionHandle(row)).Name).StartsWith('<')) continue;
        var flags = Row(TableIndex.TypeDef, row);
        uint old = BinaryPrimitives.ReadUInt32LittleEndian(flags);
        BinaryPrimitives.WriteUInt32LittleEndian(flags, (old & ~(uint)TypeAttributes.VisibilityMask) | (uint)OfType((TypeAttributes)old & TypeAttributes.VisibilityMask));
    }
    for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.MethodDef); row++)
        PublicizeMember(Row(TableIndex.MethodDef, row)[6..]); // behind RVA (4 bytes) and implementation flags (2)
    for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.Field); row++)
        PublicizeMember(Row(TableIndex.Field, row));
    return image;
}

static TypeAttributes OfType(TypeAttributes visibility) => visibility switch
{
    TypeAttributes.NotPublic => TypeAttributes.Public,
    TypeAttributes.NestedAssembly or TypeAttributes.NestedFamANDAssem or TypeAttributes.NestedFamORAssem => TypeAttributes.NestedPublic,
    _ => visibility,
};

// Methods and fields use the same three bits: internal becomes public, private protected becomes protected.
static void PublicizeMember(Span<byte> flags)
{
    ushort old = BinaryPrimitives.ReadUInt16LittleEndian(flags);
    var access = (MethodAttributes)old & MethodAttributes.MemberAccessMask;
    var wider = access == MethodAttributes.Assembly ? MethodAttributes.Public : access == MethodAttributes.FamANDAssem ? MethodAttributes.Family : access;
    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)((old & ~(int)MethodAttributes.MemberAccessMask) | (int)wider));
}
