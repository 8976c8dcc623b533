from exp33 import *
def fn(r0):
    out={}; v=nbr(r0,"bank_mm_2000",lambda:final_bank(r0,r0.bank[bank_idx(r0,2000,"mm")],m="mm")); rs=[Run(m,r0.name,r0.seed) for m in ("/tmp/det/H0","/tmp/det/H1","/tmp/det/H2")]; As=[r.A() for r in rs]
    for k,A in enumerate(As): out[f"A{k}"]=A; out[f"A{k}/2+NE"]=A/2+v
    A=sum(As)/3; out["A ens"]=A; out["A ens/2+NE"]=A/2+v
    if r0.seed<2: L=Run("/tmp/det/L0",r0.name,r0.seed).A(); out["L0 A"]=L; out["L0 A/2+NE"]=L/2+v; out["[2] A0"]=As[0]; out["[2] A0/2+NE"]=As[0]/2+v
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp34.pkl",sets=ALL)
    for n in ALL: print(f"{n:17s}","bound 2500: %.3f 7500: %.3f"%tuple(np.mean([np.load(f"/tmp/det/{m}/{n}_{s}/summary.npy")[3] for s in range(2)]) for m in ("H0","L0")),"step",[int(np.load(f"/tmp/det/L0/{n}_{s}/summary.npy")[2]) for s in range(2)],"R ap %.1f -> %.1f"%tuple(100*np.mean([v[1] for k,v in res[("/tmp/det/H0",kk)].items() if k[0]==n]) for kk in ("[2] A0","L0 A")))
